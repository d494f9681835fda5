import { checkNumber, show } from "../../base/check.js";
import { boolean, nullable, type Option, optional } from "../../base/options.js";
import { normalization as pack } from "../../engine/kernels/packs/normalization.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { Ones } from "../../initializers/ones.js";
import { Zeros } from "../../initializers/zeros.js";
import { axes, axesOf } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordNumbers } from "../base/recordNumbers.js";
import { recordPermute } from "../base/recordPermute.js";
import { momentsOf } from "./momentsOf.js";

const MAX_GIVEN = 4096;

/** One number or several, in lists as their axes are. */
type Numbers = number | readonly Numbers[];

function numbers(): Option<Numbers> {
  const check = (where: string, value: unknown): Numbers =>
    Array.isArray(value) ? value.map((each, i) => check(`${where}[${i}]`, each)) : checkNumber(where, value);
  return { check, write: (value) => structuredClone(value) };
}

/** Keras writes null as no axes. */
const isNone = (axes: unknown) => Array.isArray(axes) && axes.length === 0;

const flat = (value: Numbers): readonly number[] => (typeof value === "number" ? [value] : value.flatMap(flat));

/**
 * y = (x - mean) / max(sqrt(variance), 1e-7), or with invert its inverse: x = mean + y max(sqrt(variance), 1e-7). Mean and variance are
 * given, or `adapt` takes them from data. Shapes: any, unchanged.
 */
export class Normalization extends defineLayer("Normalization", {
  /** The axes that have a mean and a variance for each index, the batch being axis 0; null: one for all. Default -1. */
  axis: optional(nullable({ ...axes(), read: (_, value) => (isNone(value) ? null : value) }), -1),
  /** Given mean: one number, or as many as the axes have, in lists. Default null: `adapt` sets it. */
  mean: optional(nullable(numbers()), null),
  /** Given variance, likewise. Default null. */
  variance: optional(nullable(numbers()), null),
  /** Default false. */
  invert: optional(boolean(), false),
}) {
  protected override validate(): void {
    const { mean, variance } = this;
    const count = (value: Numbers | null) => (value === null ? 0 : flat(value).length);
    if (count(mean) !== count(variance)) {
      throw new RangeError(
        `normalization: expected as many means as variances, got ${count(mean)} and ${count(variance)}`,
      );
    }
    if (count(mean) > MAX_GIVEN) {
      throw new RangeError(`normalization: expected ${MAX_GIVEN} given means at most (or adapt), got ${count(mean)}`);
    }
    if (mean !== null && flat(variance!).some((each) => each < 0)) {
      throw new RangeError(`normalization.variance: expected numbers >= 0, got ${show(flat(variance!))}`);
    }
  }

  #axes(input: Shape): readonly number[] {
    return this.axis === null ? [] : axesOf(this.axis, input);
  }

  #shape(input: Shape): Shape {
    return this.#axes(input).map((axis) => input[axis]!);
  }

  outputShape([input]: readonly Shape[]): Shape {
    const shape = this.#shape(input!);
    const given = this.mean === null ? 1 : flat(this.mean).length;
    if (given > 1 && given !== sizeOf(shape)) {
      throw new RangeError(`expected an input with ${given} indices along its axes, got ${formatShape(input!)}`);
    }
    return input!;
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    if (this.mean !== null) return [];
    const shape = this.#shape(input!);
    const zeros = { initializer: new Zeros(), trainable: false };
    return [
      { name: "mean", shape, ...zeros },
      { name: "variance", shape, initializer: new Ones(), trainable: false },
      { name: "count", shape: [], ...zeros },
    ];
  }

  /**
   * Takes mean and variance (divided by the count) from data, in 64 bits: exact, and the same in any order of batches.
   * @param samples (samples, ...); `stack` makes them of arrays
   * @throws TypeError, RangeError for other data, for none, and for numbers that are not finite; Error where mean and variance are given
   */
  adapt(samples: { readonly data: ArrayLike<number>; readonly shape: Shape }): void {
    if (this.mean !== null) throw new Error(`${this.name}.adapt: expected a layer without a given mean`);
    checkSamples(`${this.name}.adapt`, samples);
    const input = samples.shape.slice(1);
    const { mean, variance } = momentsOf(samples, this.#axes(input));
    this.build([input]);
    this.setWeights([Float32Array.from(mean), Float32Array.from(variance), Float32Array.of(0)]);
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    const kept = this.#axes(x!.shape);
    const order = [...x!.shape.keys()].filter((axis) => !kept.includes(axis)).concat(kept);
    const there = recordPermute(program, x!, order);
    const [permuted] = there.outputs as [Region];
    const [mean, variance] =
      this.mean === null
        ? [weights[0]!.value, weights[1]!.value]
        : [recordNumbers(program, pack, flat(this.mean)), recordNumbers(program, pack, flat(this.variance!))];
    const one = mean.size === 1;
    const channels = one ? x!.size : mean.size;
    const fold = (offset: Region | 0) =>
      program.prepare([offset, variance], pack, "givenFold", 2 * channels, channels, one ? 0 : 1, this.invert ? 1 : 0);
    const sizes = [0, permuted.size / channels, channels] as const;
    const y = program.region(permuted.shape);
    program.call(pack, "channelForward", y, permuted, fold(mean), ...sizes);
    const back = recordPermute(
      program,
      y,
      order.map((_, axis) => order.indexOf(axis)),
    );
    return {
      outputs: back.outputs,
      backward(dys) {
        if (!x!.wantsGradient) return [undefined];
        const [dy] = back.backward!(dys) as [Region];
        const dx = program.region(dy.shape);
        program.call(pack, "channelForward", dx, dy, fold(0), ...sizes);
        return there.backward!([dx]);
      },
    };
  }
}

function checkSamples(where: string, samples: { readonly data: ArrayLike<number>; readonly shape: Shape }): void {
  const { data, shape } = Object(samples) as Partial<typeof samples>;
  if (!data || !Array.isArray(shape)) {
    throw new TypeError(
      `${where}: expected { data, shape }, which stack(samples) makes of arrays, got ${show(samples)}`,
    );
  }
  if (data.length === 0 || data.length !== sizeOf(shape)) {
    throw new RangeError(
      `${where}: expected as many numbers as the shape ${formatShape(shape)} has, and some, got ${data.length}`,
    );
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]!))
      throw new RangeError(`${where}: expected finite numbers, got ${data[i]} at index ${i}`);
  }
}

/** Options of `normalization`. */
export type NormalizationOptions = OptionsOf<typeof Normalization>;
/**
 * y = (x - mean) / max(sqrt(variance), 1e-7), or with invert its inverse: x = mean + y max(sqrt(variance), 1e-7). See {@link
 * Normalization}.
 */
export const normalization = (options?: NormalizationOptions): Normalization => new Normalization(options);
