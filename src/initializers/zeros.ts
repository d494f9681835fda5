import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";

/** All zeros. */
export class Zeros extends defineInitializer("Zeros", {}) {
  fill(weight: WeightFiller): void {
    weight.constant(0);
  }
}
