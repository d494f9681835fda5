// What layers share that change images at random in training and leave them as they are at inference.

import { checkNumber, show } from "../../base/check.js";
import { choice, number, type Option, type Options, optional, type Values } from "../../base/options.js";
import { RANDOM } from "../../engine/memory/initialize.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { checkImage } from "../base/image.js";
import { type Arguments, factoryName, Layer, type LayerClass } from "../base/layer.js";
import { purposeOf, WORDS } from "../regularization/noise.js";

/** (lower, upper): where a random number lies. */
export type Range = readonly [lower: number, upper: number];

/** A layer that changes images in training. */
export abstract class Augmentation extends Layer {
  /** Images keep their shape. */
  outputShape([input]: readonly Shape[]): Shape {
    checkImage(input!);
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return program.training ? this.augment(program, x!) : { outputs: [x!] };
  }

  /**
   * Records what it does in training.
   * @param _part which part of a layer that applies several: each has other random numbers
   * @throws Error if that is not there
   */
  augment(_program: ProgramBuilder, _x: Region, _part?: number): Recorded {
    const what = `layer "${this.name}": expected a layer that can be trained with, got ${factoryName(this.className)}`;
    throw new Error(`${what}, which works at inference only; leave it out, or apply it with { training: false }`);
  }
}

/** The base of a class of augmentations with these options, as `defineLayer` makes one. */
export function defineAugmentation<O extends Options>(
  className: string,
  declared: O,
): (abstract new (
  ...args: Arguments<O>
) => Augmentation & Values<O>) &
  Pick<LayerClass<O>, "className" | "declared" | "fixed"> {
  const fixed = { data_format: "channels_last" };
  abstract class Defined extends Augmentation {
    static readonly className = className;
    static readonly declared = declared;
    static readonly fixed = fixed;

    constructor(options: object = {}) {
      super(className, options, declared, fixed);
    }
  }
  return Defined as never;
}

/** A pair of numbers in ascending order, or one number. */
function checkRange(where: string, value: unknown, least: number, most: number): number | Range {
  if (typeof value === "number") return checkNumber(where, value, least, most);
  const wanted = "expected a number or [lower, upper]";
  if (!Array.isArray(value) || value.length !== 2) throw new TypeError(`${where}: ${wanted}, got ${show(value)}`);
  const [a, b] = value.map((each, i) => checkNumber(`${where}[${i}]`, each)) as [number, number];
  const range = [Math.min(a, b), Math.max(a, b)] as const;
  if (range[0] > most || range[1] < least) {
    throw new RangeError(`${where}: ${wanted} that reaches into ${least} .. ${most}, got ${show(value)}`);
  }
  return range;
}

/**
 * Bounds of a random number, (lower, upper); a number f means (-f, f), cut off at `least`. As in Keras a pair only has to reach
 * into what one number may be.
 */
export function factor(least: number, most: number): Option<Range, number | Range> {
  return {
    check(where, value) {
      const range = checkRange(where, value, least, most);
      return typeof range === "number" ? [Math.max(-Math.abs(range), least), Math.abs(range)] : range;
    },
    write: (value) => [...value],
  };
}

/** Likewise, kept as it was given. */
export function givenFactor(least: number, most: number): Option<number | Range> {
  return {
    check: (where, value) => checkRange(where, value, least, most),
    write: (value) => (typeof value === "number" ? value : [...value]),
  };
}

/** Likewise, both ends from `least` to `most`. */
export function share(least: number, most: number): Option<number | Range> {
  return {
    ...givenFactor(least, most),
    check(where, value) {
      const range = checkRange(where, value, least, most);
      for (const each of typeof range === "number" ? [] : range) checkNumber(where, each, least, most);
      return range;
    },
  };
}

/** What a share means. */
export function bounds(value: number | Range): Range {
  return typeof value === "number" ? [-Math.abs(value), Math.abs(value)] : value;
}

/** Option: the least and the greatest value of a channel. Default (0, 255). */
export function valueRange() {
  const option: Option<Range> = {
    check(where, value) {
      const range = Array.isArray(value) ? checkRange(where, value, -Infinity, Infinity) : value;
      if (typeof range === "object" && range !== null && (range as Range)[0] < (range as Range)[1])
        return range as Range;
      throw new RangeError(`${where}: expected [least, greatest], got ${show(value)}`);
    },
    write: (value) => [...value],
  };
  return optional(option, [0, 255]);
}

/** Option: how a place between pixels is read. Default "bilinear". */
export const interpolation = () => optional(choice("bilinear", "nearest"), "bilinear");

/** Option: what lies outside of an image abcd: dcba|abcd|dcba, a constant, abcd|abcd|abcd or aaaa|abcd|dddd. Default "reflect". */
export const fillMode = () => optional(choice("reflect", "constant", "wrap", "nearest"), "reflect");

/** Option: that constant. Default 0. */
export const fillValue = () => optional(number(), 0);

/** First arguments of the kernels that draw random numbers: 16 words for each sample. */
export function randomKeys(program: ProgramBuilder, seed: number | null, part = 0) {
  const purpose = purposeOf(seed, RANDOM.augment + 16 * part);
  return [program.scratch(WORDS), program.step, purpose, program.position] as const;
}

/** @throws RangeError unless images have as many channels as one of these */
export function checkChannels({ shape }: Region, ...channels: readonly number[]): void {
  if (channels.includes(shape[2]!)) return;
  throw new RangeError(`expected images of ${channels.join(" or ")} channels, got ${formatShape(shape)}`);
}

/** The output of an augmentation that has no backward pass. @throws Error if one is needed */
export function withoutGradient(program: ProgramBuilder, x: Region, layer: Layer): Region {
  if (x.wantsGradient) {
    const where = `layer "${layer.name}": expected images that no trained layer makes`;
    throw new Error(`${where}, got some: ${factoryName(layer.className)} has no gradient; put it first`);
  }
  const y = program.region(x.shape);
  y.wantsGradient = false;
  return y;
}

/** One number for all channels, or three of them. */
export function colour(): Option<number | readonly number[]> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) return checkNumber(where, value);
      if (value.length !== 3) throw new RangeError(`${where}: expected a number or three of them, got ${show(value)}`);
      return value.map((each, i) => checkNumber(`${where}[${i}]`, each));
    },
    write: (value) => (typeof value === "number" ? value : [...value]),
  };
}
