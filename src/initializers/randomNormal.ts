import { number, optional } from "../base/options.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillNormal } from "./normals.js";

/** Normal. */
export class RandomNormal extends defineInitializer("RandomNormal", {
  /** Default 0. */
  mean: optional(number(), 0),
  /** Default 0.05. */
  stddev: optional(number(0), 0.05),
}) {
  fill(weight: WeightFiller): void {
    fillNormal(weight, this.mean, this.stddev);
  }
}
