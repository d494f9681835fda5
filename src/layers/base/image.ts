// What layers over images share, and those over sequences, which are images of width 1.

import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";

/** @throws RangeError if it is no image: (height, width, channels) */
export function checkImage(input: Shape): readonly [height: number, width: number, channels: number] {
  if (input.length !== 3) {
    throw new RangeError(`expected an input of shape (height, width, channels), got ${formatShape(input)}`);
  }
  return input as readonly [number, number, number];
}

/** @throws RangeError if it is no sequence: (steps, channels) */
function checkSequence(input: Shape): readonly [steps: number, channels: number] {
  if (input.length !== 2)
    throw new RangeError(`expected an input of shape (steps, channels), got ${formatShape(input)}`);
  return input as readonly [number, number];
}

/** What a layer over sequences needs of the one over images that does its work. */
export interface ImageLayer {
  outputShape(inputs: readonly Shape[]): Shape;
  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly []): Recorded;
}

/** A shape of images of width 1 without that width; (channels) stays. */
const narrow = (shape: Shape): Shape => (shape.length === 3 ? [shape[0]!, shape[2]!] : shape);

/** The output of a layer over images for a sequence. */
export function sequenceShape(layer: ImageLayer, input: Shape): Shape {
  const [steps, channels] = checkSequence(input);
  return narrow(layer.outputShape([[steps, 1, channels]]));
}

/** Records a layer over images for a sequence. */
export function recordSequence(program: ProgramBuilder, layer: ImageLayer, x: Region): Recorded {
  const [steps, channels] = checkSequence(x.shape);
  const { outputs, backward } = layer.record(program, [x.view([steps, 1, channels])], []);
  const [y] = outputs as [Region];
  return {
    outputs: [y.view(narrow(y.shape))],
    backward: ([dy]) => [backward!([dy!.view(y.shape)])[0]?.view(x.shape)],
  };
}
