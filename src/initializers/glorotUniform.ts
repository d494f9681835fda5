import type { WeightFiller } from "../engine/program/weight.js";
import { fans } from "./fans.js";
import { defineInitializer } from "./initializer.js";

/** Uniform in [-limit, limit), limit = sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio, AISTATS 2010). */
export class GlorotUniform extends defineInitializer("GlorotUniform", {}) {
  fill(weight: WeightFiller): void {
    const { fanIn, fanOut } = fans(weight.shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    weight.uniform(-limit, limit);
  }
}
