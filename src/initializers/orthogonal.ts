import { number, optional } from "../base/options.js";
import { formatShape } from "../engine/program/shape.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillNormal } from "./normals.js";

/**
 * An orthogonal matrix (all axes but the last are its rows), times gain: orthonormal columns, or rows where those are fewer
 * (Saxe et al., ICLR 2014).
 */
export class Orthogonal extends defineInitializer("Orthogonal", {
  /** Default 1. */
  gain: optional(number(), 1),
}) {
  fill(weight: WeightFiller): void {
    const { shape, data } = weight;
    if (shape.length < 2) {
      throw new RangeError(`Orthogonal: expected a weight of at least two axes, got ${formatShape(shape)}`);
    }
    fillNormal(weight, 0, 1);
    const columns = shape.at(-1)!;
    const rows = data.length / columns;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    // As in Keras: the numbers are a matrix (length, count), whose columns are made orthonormal.
    const vectors = Array.from({ length: count }, (_, j) =>
      Float64Array.from({ length }, (_, i) => data[i * count + j]!),
    );
    orthonormalize(vectors);
    for (const [j, vector] of vectors.entries()) {
      for (const [i, value] of vector.entries())
        data[rows < columns ? j * columns + i : i * columns + j] = this.gain * value;
    }
  }
}

/** Gram and Schmidt's way, taken twice for each vector, as rounding leaves something after the first time: Q of QR, R's diagonal positive. */
function orthonormalize(vectors: readonly Float64Array[]): void {
  for (const [j, vector] of vectors.entries()) {
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors.slice(0, j)) {
        const along = dot(vector, other);
        for (let i = 0; i < vector.length; i++) vector[i]! -= along * other[i]!;
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i]! /= norm;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
