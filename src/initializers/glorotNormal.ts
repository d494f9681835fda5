import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillScaled } from "./varianceScaling.js";

/** Truncated normal of variance 2 / (fanIn + fanOut) (Glorot and Bengio, AISTATS 2010). */
export class GlorotNormal extends defineInitializer("GlorotNormal", {}) {
  fill(weight: WeightFiller): void {
    fillScaled(weight, { scale: 1, mode: "fan_avg", distribution: "truncated_normal" });
  }
}
