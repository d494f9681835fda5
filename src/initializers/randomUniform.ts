import { number, optional } from "../base/options.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";

/** Uniform in [minval, maxval). */
export class RandomUniform extends defineInitializer("RandomUniform", {
  /** Default -0.05. */
  minval: optional(number(), -0.05),
  /** Default 0.05. */
  maxval: optional(number(), 0.05),
}) {
  fill(weight: WeightFiller): void {
    weight.uniform(this.minval, this.maxval);
  }
}
