import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";
import { fillScaled } from "./varianceScaling.js";

/** Uniform in [-limit, limit), limit = sqrt(6 / fanIn), for relu (He et al., ICCV 2015). */
export class HeUniform extends defineInitializer("HeUniform", {}) {
  fill(weight: WeightFiller): void {
    fillScaled(weight, { scale: 2, mode: "fan_in", distribution: "uniform" });
  }
}
