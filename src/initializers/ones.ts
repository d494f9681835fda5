import type { Initializer, WeightFiller } from "../engine/weight.js";

/** All ones. */
export class Ones implements Initializer {
  readonly className = "Ones";

  fill(weight: WeightFiller): void {
    weight.constant(1);
  }
}
