import { checkInteger } from "../../base/check.js";
import { number, type Option, optional } from "../../base/options.js";
import { normalization } from "../../engine/kernels/packs/normalization.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { axis } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { type Affine, affineOf, affineOptions, affineSpecs } from "./affine.js";
import { channelsOf, recordOnAxis } from "./onAxis.js";

/** A number of groups, or -1: one for each channel. */
function groups(): Option<number> {
  return { check: (where, value) => (value === -1 ? -1 : checkInteger(where, value, 1)) };
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each sample over all places and the channels of a
 * group. Shapes: (..., channels), or channels at another axis, unchanged; gamma and beta (channels).
 */
export class GroupNormalization extends defineLayer("GroupNormalization", {
  /** How many groups the channels are divided into; -1: one for each channel. Default 32. */
  groups: optional(groups(), 32),
  /** The axis of the channels. As in Keras the batch is axis 0. Default -1, the last one. */
  axis: optional(axis(), -1),
  /** Added to the variance. Default 0.001. */
  epsilon: optional(number(0), 1e-3),
  ...affineOptions,
}) {
  outputShape([input]: readonly Shape[]): Shape {
    const channels = channelsOf(this.axis, input!);
    if (channels % this.#groups(channels) > 0) {
      throw new RangeError(`expected channels that ${this.groups} groups divide, got ${channels}`);
    }
    return input!;
  }

  #groups(channels: number): number {
    return this.groups === -1 ? channels : this.groups;
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    return affineSpecs(this, [channelsOf(this.axis, input!)]);
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    const affine = affineOf(this, weights);
    return recordOnAxis(program, x!, this.axis, (x) => this.#record(program, x, affine));
  }

  #record(program: ProgramBuilder, x: Region, affine: Affine): Recorded {
    const channels = x.shape.at(-1)!;
    const positions = x.size / channels;
    const sizes = [positions, channels, this.#groups(channels)] as const;
    const rows = () => program.region([2 * channels]);
    const [moments, statistics, forward] = [rows(), rows(), rows()];
    const y = program.region(x.shape);
    program.call(normalization, "channelMoments", moments, x, positions, channels);
    program.call(
      normalization,
      "groupNormalizationForward",
      ...([forward, statistics, moments, ...affine.values, ...sizes, this.epsilon] as const),
    );
    program.call(normalization, "channelForward", y, x, forward, 2 * channels, positions, channels);
    return {
      outputs: [y],
      backward([dy]) {
        const sums = rows();
        program.call(normalization, "channelSums", sums, dy!, x, statistics, 2 * channels, positions, channels);
        if (affine.trainable) {
          program.call(
            normalization,
            "groupNormalizationBackwardAffineAdd",
            ...([...affine.gradients, sums, statistics, channels] as const),
          );
        }
        if (!x.wantsGradient) return [undefined];
        const coefficients = program.region([3 * channels]);
        const dx = program.region(x.shape);
        const [gamma] = affine.values;
        program.call(normalization, "groupNormalizationBackward", coefficients, sums, statistics, gamma, ...sizes);
        program.call(normalization, "channelBackward", dx, dy!, x, coefficients, 3 * channels, positions, channels);
        return [dx];
      },
    };
  }
}

/** Options of `groupNormalization`. */
export type GroupNormalizationOptions = OptionsOf<typeof GroupNormalization>;
/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of each sample over all places and the channels
 * of a group. See {@link GroupNormalization}.
 */
export const groupNormalization = (options?: GroupNormalizationOptions): GroupNormalization =>
  new GroupNormalization(options);
