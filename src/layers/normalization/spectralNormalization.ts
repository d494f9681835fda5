import { integer, optional } from "../../base/options.js";
import { spectralNormalization as pack } from "../../engine/kernels/packs/spectralNormalization.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { TruncatedNormal } from "../../initializers/truncatedNormal.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { layer } from "../base/layerOption.js";

/**
 * A layer whose kernel is divided by its largest singular value at the beginning of each training step; the gradient is that of the
 * kernel so divided. Singular vectors are followed by power iteration: vector_u (1, columns) keeps one from step to step, the kernel
 * seen as a matrix with its last axis as the columns. At inference the kernel is as training has left it. Shapes: as of the layer.
 */
export class SpectralNormalization extends defineLayer("SpectralNormalization", {
  /** A layer with a kernel and no regularizer on it: dense, conv1d, conv2d, their transposed and depthwise kin. */
  layer: layer(),
  /** Power iterations a step. Default 1. */
  powerIterations: optional(integer(1), 1),
}) {
  outputShape(inputs: readonly Shape[]): Shape {
    return this.layer.outputShape(inputs);
  }

  override weightSpecs(inputs: readonly Shape[]): readonly WeightSpec[] {
    const [kernel, ...rest] = this.layer.weightSpecs(inputs).map((spec) => ({
      ...spec,
      trainable: this.layer.trainable && (spec.trainable ?? true),
    }));
    const where = "spectralNormalization.layer";
    if (kernel?.name !== "kernel") {
      throw new RangeError(`${where}: expected a layer with a kernel, got ${this.layer.className}`);
    }
    if (kernel.regularizer) throw new RangeError(`${where}: expected a kernel without regularizer, got one with`);
    const vector: WeightSpec = {
      name: "vector_u",
      shape: [1, kernel.shape.at(-1)!],
      initializer: new TruncatedNormal({ stddev: 0.02 }),
      trainable: false,
    };
    return [kernel, vector, ...rest];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [kernel, vector, ...rest] = weights as [Weight, Weight, ...Weight[]];
    if (!program.training) return { outputs: program.apply(this.layer, inputs, [kernel, ...rest]) };
    const columns = vector.size;
    const { size, shape } = kernel;
    const rows = size / columns;
    const elements = size + columns + rows;
    const normalized = program.prepare(
      [kernel, vector],
      pack,
      "spectralNormalizationForward",
      ...([elements, rows, columns, this.powerIterations] as const),
    );
    const outputs = program.apply(this.layer, inputs, [{ ...kernel, size, shape, value: normalized }, ...rest]);
    if (kernel.trainable) {
      // Before the optimizer, which starts from there.
      program.keepBlocks();
      program.callUpdateOnce(pack, "spectralNormalizationTake", kernel.value, normalized, 0, size);
    } else program.callOnce(pack, "spectralNormalizationTake", kernel.value, normalized, 0, size);
    program.callOnce(pack, "spectralNormalizationTake", vector.value, normalized, size, columns);
    return { outputs };
  }
}

/** Options of `spectralNormalization`. */
export type SpectralNormalizationOptions = OptionsOf<typeof SpectralNormalization>;
/**
 * A layer whose kernel is divided by its largest singular value at the beginning of each training step; the gradient is that of the
 * kernel so divided. See {@link SpectralNormalization}.
 */
export const spectralNormalization = (options: SpectralNormalizationOptions): SpectralNormalization =>
  new SpectralNormalization(options);
