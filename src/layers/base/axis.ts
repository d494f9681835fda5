import { formatShape, type Shape } from "../../engine/program/shape.js";

/**
 * Axis of a sample, from 0 on, for one that counts the batch as 0, or from the last one (-1) back.
 * @throws RangeError for the batch axis, and for one that the shape has not
 */
export function sampleAxis(name: string, axis: number, shape: Shape): number {
  const rank = shape.length + 1;
  const counted = axis < 0 ? axis + rank : axis;
  if (counted >= 1 && counted < rank) return counted - 1;
  const what = counted === 0 ? "the batch axis" : `an input of shape ${formatShape(["None", ...shape])}`;
  throw new RangeError(`expected ${name} from 1 to ${rank - 1}, or from -1 back, got ${axis} and ${what}`);
}
