import type { Initializer, WeightFiller } from "../engine/weight.js";

/** All zeros. */
export class Zeros implements Initializer {
  readonly className = "Zeros";

  fill(weight: WeightFiller): void {
    weight.constant(0);
  }
}
