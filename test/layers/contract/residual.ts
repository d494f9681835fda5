import {
  Layer,
  type LayerConfig,
  layers,
  type ProgramBuilder,
  type Recorded,
  type Region,
  type Shape,
  type Weight,
} from "wasm-cnn";
import { core } from "../../../dist/engine/kernels/packs/core.generated.js";

/** y = x + dense(x): x is read twice. Shapes: (..., n), unchanged. */
export class Residual extends Layer {
  readonly #dense: ReturnType<typeof layers.dense>;

  constructor(units: number) {
    super("Residual", {});
    this.#dense = layers.dense({ units });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  override weightSpecs(inputs: readonly Shape[]) {
    return this.#dense.weightSpecs(inputs);
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    const [z] = program.apply(this.#dense, [x!], weights);
    return { outputs: program.apply(addition, [x!, z!], []) };
  }

  override config(): LayerConfig {
    return this.#dense.config();
  }
}

/** y = a + b. */
export const addition = {
  name: "addition",
  record(program: ProgramBuilder, [a, b]: readonly Region[]): Recorded {
    const y = program.region(a!.shape);
    program.call(core, "addForward", y, a!, b!, y.size);
    return { outputs: [y], backward: ([dy]) => [dy, dy] };
  },
};
