import { show } from "../engine/check.js";
import { isFloat32Array, plainArray } from "../engine/kinds.js";
import { formatShape, type Shape, sameShape } from "../engine/shape.js";
import type { Weight } from "../engine/weight.js";

/** A weight as `getWeights` gives it. */
export interface NamedWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** A weight as `setWeights` takes it: bare numbers, or with their shape. */
export type GivenWeight = Float32Array | { readonly data: Float32Array; readonly shape?: Shape };

/**
 * The numbers for each weight, in order.
 * @throws TypeError, RangeError if one is missing or of another size or shape
 */
export function checkWeights(
  where: string,
  own: readonly Weight[],
  given: readonly GivenWeight[],
): readonly Float32Array[] {
  if (!Array.isArray(given)) throw new TypeError(`${where}: expected an array, got ${show(given)}`);
  if (given.length !== own.length) {
    throw new RangeError(`${where}: expected ${own.length} arrays, got ${given.length}`);
  }
  return own.map((weight, i) => {
    const one: GivenWeight = given[i]!;
    const [data, shape] = isFloat32Array(one) ? [one, undefined] : [one?.data, one?.shape];
    if (!isFloat32Array(data)) {
      throw new TypeError(`${where}: expected a Float32Array for ${weight.name}, got ${show(one)}`);
    }
    if (shape !== undefined && !Array.isArray(shape)) {
      throw new TypeError(`${where}: expected an array as the shape of ${weight.name}, got ${show(shape)}`);
    }
    if (data.length !== weight.size || (shape && !sameShape(shape, weight.shape))) {
      const got = shape ? formatShape(shape) : `${data.length} numbers`;
      throw new RangeError(`${where}: expected ${formatShape(weight.shape)} for ${weight.name}, got ${got}`);
    }
    return plainArray(data);
  });
}
