import { number, optional } from "../base/options.js";
import { formatShape } from "../engine/program/shape.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";

/** gain on the diagonal of a matrix, 0 elsewhere. */
export class Identity extends defineInitializer("Identity", {
  /** Default 1. */
  gain: optional(number(), 1),
}) {
  fill({ shape, data }: WeightFiller): void {
    if (shape.length !== 2) {
      throw new RangeError(`Identity: expected a weight of two axes, got ${formatShape(shape)}`);
    }
    const [rows, columns] = shape as [number, number];
    data.fill(0);
    for (let i = 0; i < Math.min(rows, columns); i++) data[i * columns + i] = this.gain;
  }
}
