// Layers of sequences are those of images of height 1.

import { checkInteger } from "../../base/check.js";
import type { Option } from "../../base/options.js";
import type { Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { type Padding, slide, type WindowAxis } from "./slide.js";

/** One integer, which configs hold in an array. */
export function single(least: number): Option<number, number | readonly [number]> {
  return {
    check: (where, value) => checkInteger(where, Array.isArray(value) && value.length === 1 ? value[0] : value, least),
    write: (value) => [value],
  };
}

/** The one row of an image of height 1. */
export const ONE_ROW: WindowAxis = { output: 1, before: 0, padded: 1 };

/**
 * How the windows of a layer lie on a sequence (length, channels).
 * "causal": as many zeros before as let each output see nothing that comes after its place.
 * @throws RangeError if it is none, or too short for one window
 */
export function slideSequence(
  input: Shape,
  options: {
    readonly kernelSize: number;
    readonly strides: number;
    readonly dilationRate: number;
    readonly padding: Padding | "causal";
  },
): WindowAxis {
  checkSequence(input);
  const [length] = input as [number, number];
  const { kernelSize, strides, dilationRate, padding } = options;
  const reach = (kernelSize - 1) * dilationRate + 1;
  if (padding === "causal") {
    return { output: Math.ceil(length / strides), before: reach - 1, padded: length + reach - 1 };
  }
  const axis = slide(length, kernelSize, strides, dilationRate, padding);
  if (axis.output < 1) {
    throw new RangeError(`expected an input of at least ${formatShape([reach])}, got ${formatShape(input)}`);
  }
  return axis;
}

/** @throws RangeError unless it is (length, channels) */
export function checkSequence(input: Shape): void {
  if (input.length === 2) return;
  throw new RangeError(`expected an input of shape (length, channels), got ${formatShape(input)}`);
}

/** (length, channels) as an image. */
export function asImage(x: Region): Region {
  return x.view([1, ...x.shape]);
}

/** What was recorded of an image of height 1, as of a sequence. */
export function asSequence(x: Region, { outputs, backward }: Recorded): Recorded {
  return {
    outputs: outputs.map((y) => y.view(y.shape.slice(1))),
    backward([dy]) {
      const [dx] = backward!([dy!.view([1, ...dy!.shape])]);
      return [dx?.view(x.shape)];
    },
  };
}
