import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillScaled } from "./varianceScaling.js";

/** Truncated normal of variance 1 / fanIn (LeCun et al., Efficient BackProp, 1998). */
export class LecunNormal extends defineInitializer("LecunNormal", {}) {
  fill(weight: WeightFiller): void {
    fillScaled(weight, { scale: 1, mode: "fan_in", distribution: "truncated_normal" });
  }
}
