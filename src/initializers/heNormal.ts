import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillScaled } from "./varianceScaling.js";

/** Truncated normal of variance 2 / fanIn, for relu (He et al., ICCV 2015). */
export class HeNormal extends defineInitializer("HeNormal", {}) {
  fill(weight: WeightFiller): void {
    fillScaled(weight, { scale: 2, mode: "fan_in", distribution: "truncated_normal" });
  }
}
