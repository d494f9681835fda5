import { Layer, type LayerConfig, type ProgramBuilder, type Recorded, type Region, type Shape } from "wasm-cnn";

/** What a layer can know when it is recorded. */
export interface Note {
  readonly position: number;
  readonly training: boolean;
  readonly shardSamples: number;
  readonly wantsGradient: boolean;
}

/** y = x; notes what it is told each time it is recorded. */
export class Spy extends Layer {
  constructor(readonly notes: Note[]) {
    super("Spy", {});
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    const { position, training, shardSamples } = program;
    this.notes.push({ position, training, shardSamples, wantsGradient: inputs[0]!.wantsGradient });
    return { outputs: inputs };
  }

  override config(): LayerConfig {
    return {};
  }
}
