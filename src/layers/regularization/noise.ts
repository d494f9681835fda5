// What layers that draw random numbers share. A number is a function of the model's seed, the layer's own seed and place, the step, the
// sample in the whole batch and the element: not of shards or threads.

import { checkInteger, show } from "../../base/check.js";
import { integer, nullable, type Option, optional } from "../../base/options.js";
import { dropout } from "../../engine/kernels/packs/dropout.generated.js";
import { RANDOM } from "../../engine/memory/initialize.js";
import type { ProgramBuilder } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { broadcastTo } from "../merging/merge.js";

/** The kernels' scratch memory: 16 words. */
export const WORDS = 16;

/** Option: numbers other than those of a layer without it. */
export const seed = () => optional(nullable(integer(0)), null);

/** Second word of the counter: another one for each seed of a layer. */
export function purposeOf(own: number | null, purpose: number = RANDOM.dropout): number {
  return own === null ? purpose : (purpose + 256 * (1 + own)) % 2 ** 32;
}

/** Sizes of a mask, the batch's first; null for as many as the input has. */
export type NoiseShape = readonly (number | null)[];

export function noiseShape(): Option<NoiseShape> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array of sizes, got ${show(value)}`);
      return value.map((size, axis) => (size === null ? null : checkInteger(`${where}[${axis}]`, size, 1)));
    },
    write: (value) => [...value],
  };
}

/** The sizes for one sample. @throws RangeError unless each is 1 or that of the input */
export function sampleNoiseShape(noise: NoiseShape, input: Shape): Shape {
  const sizes = noise.slice(1).map((size, axis) => size ?? input[axis]!);
  if (noise.length !== input.length + 1 || sizes.some((size, axis) => size !== 1 && differ(size, input[axis]!))) {
    const wanted = formatShape(["None", ...input]);
    throw new RangeError(`expected a noiseShape of 1 or the size of ${wanted} along each axis, got ${show(noise)}`);
  }
  return sizes;
}

/** Not for sizes that are open. */
function differ(a: number, b: number): boolean {
  return a < b || a > b;
}

interface Mask {
  readonly rate: number;
  /** Of what is kept; the others are 0. */
  readonly value: number;
  readonly seed: number | null;
  readonly noise: NoiseShape | null;
}

/** A mask of the shape of a sample, or of one that is repeated to it. It has no gradient. */
export function maskOf(
  program: ProgramBuilder,
  x: Region,
  { rate, value, seed, noise }: Mask,
  repeated: boolean,
): Region {
  const shape = noise ? sampleNoiseShape(noise, x.shape) : x.shape;
  const mask = program.region(shape);
  mask.wantsGradient = false;
  const isShared = noise?.[0] === 1 ? 1 : 0;
  const { step, position } = program;
  const keys = [purposeOf(seed), position, rate, value, isShared] as const;
  program.call(dropout, "dropoutMask", mask, program.scratch(WORDS), step, mask.size, ...keys);
  return repeated ? broadcastTo(program, mask, x.shape) : mask;
}
