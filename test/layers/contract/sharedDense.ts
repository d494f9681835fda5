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

/** y = dense(dense(x)): one layer with one set of weights, recorded at two places. Shapes: (..., n), unchanged. */
export class SharedDense extends Layer {
  readonly #dense: ReturnType<typeof layers.dense>;

  constructor(units: number) {
    super("SharedDense", {});
    this.#dense = layers.dense({ units, activation: "relu" });
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  override weightSpecs(inputs: readonly Shape[]) {
    return this.#dense.weightSpecs(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const between = program.apply(this.#dense, inputs, weights);
    return { outputs: program.apply(this.#dense, between, weights) };
  }

  override config(): LayerConfig {
    return this.#dense.config();
  }
}
