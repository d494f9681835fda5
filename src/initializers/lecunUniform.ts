import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillScaled } from "./varianceScaling.js";

/** Uniform in [-limit, limit), limit = sqrt(3 / fanIn) (LeCun et al., Efficient BackProp, 1998). */
export class LecunUniform extends defineInitializer("LecunUniform", {}) {
  fill(weight: WeightFiller): void {
    fillScaled(weight, { scale: 1, mode: "fan_in", distribution: "uniform" });
  }
}
