import { checkBoolean } from "../../base/check.js";
import { boolean, number, type Option, optional } from "../../base/options.js";
import { normalization } from "../../engine/kernels/packs/normalization.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { Ones } from "../../initializers/ones.js";
import { initializer } from "../../initializers/option.js";
import { Zeros } from "../../initializers/zeros.js";
import { axis } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { type Affine, affineOf, affineOptions, affineSpecs } from "./affine.js";
import { foldNormalization } from "./foldNormalization.js";
import { channelsOf, recordOnAxis } from "./onAxis.js";

/** Batch renormalization, which there is none of. */
function never(): Option<boolean> {
  return {
    check(where, value) {
      if (checkBoolean(where, value)) throw new RangeError(`${where}: expected false (no renormalization), got true`);
      return false;
    },
  };
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel. In training mean and variance are those of the whole batch,
 * over samples and places, and the moving ones go along: moving = momentum moving + (1 - momentum) batch. At inference, and where the
 * layer is not trainable, the moving ones are taken. Shapes: (..., channels), or channels at another axis, unchanged; gamma, beta, moving mean and moving variance
 * (channels).
 */
export class BatchNormalization extends defineLayer("BatchNormalization", {
  /** The axis of the channels. As in Keras the batch is axis 0. Default -1, the last one. */
  axis: optional(axis(), -1),
  /** What the moving statistics keep of themselves in a step. Default 0.99. */
  momentum: optional(number(0, 1), 0.99),
  /** Added to the variance. Default 0.001. */
  epsilon: optional(number(0), 1e-3),
  ...affineOptions,
  /** Default "zeros". */
  movingMeanInitializer: optional(initializer(), () => new Zeros()),
  /** Default "ones". */
  movingVarianceInitializer: optional(initializer(), () => new Ones()),
  /** Says nothing: statistics are those of the whole batch, for any number of threads. Default false. */
  synchronized: optional(boolean(), false),
  /** Only false: there is no renormalization. Default false. */
  renorm: optional(never(), false),
  /** Of renormalization alone. Default 0.99. */
  renormMomentum: optional(number(), 0.99),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    channelsOf(this.axis, input!);
    return input!;
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [channelsOf(this.axis, input!)];
    const fixed = (name: string, initializer: WeightSpec["initializer"]) => ({
      ...{ name, shape, initializer },
      trainable: false,
    });
    return [
      ...affineSpecs(this, shape),
      fixed("moving_mean", this.movingMeanInitializer),
      fixed("moving_variance", this.movingVarianceInitializer),
    ];
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    const affine = affineOf(this, weights);
    const moving = weights.slice(-2) as [Weight, Weight];
    const ofBatch = program.training && program.trainable;
    return recordOnAxis(program, x!, this.axis, (x) =>
      ofBatch ? this.#recordBatch(program, x, affine, moving) : this.#recordMoving(program, x, affine, moving),
    );
  }

  override foldInto(program: ProgramBuilder, before: readonly Weight[], own: readonly Weight[], n: number) {
    return foldNormalization(program, before, this, own, n);
  }

  #recordBatch(program: ProgramBuilder, x: Region, affine: Affine, [mean, variance]: readonly [Weight, Weight]) {
    const { step } = program;
    const { epsilon } = this;
    const channels = x.shape.at(-1)!;
    const positions = x.size / channels;
    const [gamma] = affine.values;

    // One row a sample, as the shards tell each other; the first one becomes that of the whole batch.
    const moments = program.batchRegion([2 * channels]);
    const statistics = program.allRows(moments);
    program.call(normalization, "channelMoments", moments, x, positions, channels);
    program.barrier();
    program.call(normalization, "batchNormalizationStatistics", statistics, step, positions, channels);
    program.barrier();
    const forward = program.scratch(2 * channels);
    const y = program.region(x.shape);
    program.call(
      normalization,
      "batchNormalizationForward",
      ...([forward, ...affine.values, statistics, channels, epsilon] as const),
    );
    program.call(normalization, "channelForward", y, x, forward, 0, positions, channels);
    program.callOnce(
      normalization,
      "batchNormalizationMoving",
      ...([mean.value, variance.value, statistics, channels, this.momentum] as const),
    );

    return {
      outputs: [y],
      backward([dy]: readonly (Region | undefined)[]) {
        const rows = program.batchRegion([2 * channels]);
        const sums = program.allRows(rows);
        program.call(normalization, "channelSums", rows, dy!, x, statistics, 0, positions, channels);
        program.barrier();
        program.call(
          normalization,
          "batchNormalizationTotals",
          ...([sums, ...affine.gradients, statistics, step, channels, epsilon] as const),
        );
        if (!x.wantsGradient) return [undefined];
        program.barrier();
        const coefficients = program.scratch(3 * channels);
        const dx = program.region(x.shape);
        program.call(
          normalization,
          "batchNormalizationBackward",
          ...([coefficients, sums, statistics, gamma, step, positions, channels, epsilon] as const),
        );
        program.call(normalization, "channelBackward", dx, dy!, x, coefficients, 0, positions, channels);
        return [dx];
      },
    };
  }

  #recordMoving(program: ProgramBuilder, x: Region, affine: Affine, [mean, variance]: readonly [Weight, Weight]) {
    const { epsilon } = this;
    const channels = x.shape.at(-1)!;
    const positions = x.size / channels;
    const [gamma, beta] = affine.values;
    const y = program.region(x.shape);
    const forward = foldedNormalization(program, [gamma, beta, mean.value, variance.value], epsilon);
    program.call(normalization, "channelForward", y, x, forward, 0, positions, channels);
    return {
      outputs: [y],
      backward([dy]: readonly (Region | undefined)[]) {
        if (affine.trainable) {
          const sums = program.region([2 * channels]);
          program.call(normalization, "channelSums", sums, dy!, x, mean.value, 0, positions, channels);
          program.call(
            normalization,
            "batchNormalizationBackwardAffineAdd",
            ...([...affine.gradients, sums, variance.value, channels, epsilon] as const),
          );
        }
        if (!x.wantsGradient) return [undefined];
        const dx = program.region(x.shape);
        const scale = foldedNormalization(program, [gamma, 0, 0, variance.value], epsilon);
        program.call(normalization, "channelForward", dx, dy!, scale, 0, positions, channels);
        return [dx];
      },
    };
  }
}

/**
 * A normalisation with given statistics as y = scale x + shift: (scale, shift) in the prepare phase, (2, channels) numbers. Also what
 * a layer with weights before it needs to take it over.
 * @param parameters gamma (0: 1), beta (0: 0), mean (0: 0), variance; (channels) each
 */
function foldedNormalization(
  program: ProgramBuilder,
  parameters: readonly [gamma: Region | 0, beta: Region | 0, mean: Region | 0, variance: Region],
  epsilon: number,
): Region {
  const channels = parameters[3].size;
  return program.prepare(parameters, normalization, "batchNormalizationFold", 2 * channels, channels, epsilon);
}

/** Options of `batchNormalization`. */
export type BatchNormalizationOptions = OptionsOf<typeof BatchNormalization>;
/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel. See {@link BatchNormalization}. */
export const batchNormalization = (options?: BatchNormalizationOptions): BatchNormalization =>
  new BatchNormalization(options);
