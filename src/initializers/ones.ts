import type { WeightFiller } from "../engine/program/weight.js";
import { defineInitializer } from "./initializer.js";

/** All ones. */
export class Ones extends defineInitializer("Ones", {}) {
  fill(weight: WeightFiller): void {
    weight.constant(1);
  }
}
