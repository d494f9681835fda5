import { Layer, type LayerConfig, type ProgramBuilder, type Recorded, type Region, type Shape } from "wasm-cnn";
import { testKernels } from "./testKernels.js";

/** What the random numbers are for: a word of their counter. */
export const DROPOUT_PURPOSE = 3;

/** Training: y = x / (1 - rate) for a random share 1 - rate of the elements, 0 for the others. Inference: y = x. */
export class Dropout extends Layer {
  constructor(readonly rate: number) {
    super("Dropout", {});
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    if (!program.training) return { outputs: [x!] };
    const { rate } = this;
    const { position, step } = program;
    const { size } = x!;
    const words = program.scratch(4);
    const y = program.region(x!.shape);
    program.call(testKernels, "dropoutForward", y, x!, words, step, size, DROPOUT_PURPOSE, position, rate);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(testKernels, "dropoutForward", dx, dy!, words, step, size, DROPOUT_PURPOSE, position, rate);
        return [dx];
      },
    };
  }

  override config(): LayerConfig {
    return { rate: this.rate };
  }
}
