import { number, optional } from "../base/options.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";

/** All the same number. */
export class Constant extends defineInitializer("Constant", {
  /** Default 0. */
  value: optional(number(), 0),
}) {
  fill(weight: WeightFiller): void {
    weight.constant(this.value);
  }
}
