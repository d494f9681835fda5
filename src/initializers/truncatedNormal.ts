import { number, optional } from "../base/options.js";
import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillTruncatedNormal } from "./normals.js";

/** Normal, within two standard deviations from the mean. */
export class TruncatedNormal extends defineInitializer("TruncatedNormal", {
  /** Default 0. */
  mean: optional(number(), 0),
  /** Of the distribution before it is cut. Default 0.05. */
  stddev: optional(number(0), 0.05),
}) {
  fill(weight: WeightFiller): void {
    fillTruncatedNormal(weight, this.mean, this.stddev);
  }
}
