import { Region } from "./region.js";
import { type Shape, sizeOf } from "./shape.js";

/** A weight of a model and its gradient. */
export class Weight {
  readonly value: Region;
  /** In the gradient slots, zeroed once a step: kernels add to it. */
  readonly gradient: Region;

  constructor(
    readonly name: string,
    readonly shape: Shape,
    readonly trainable: boolean,
  ) {
    this.value = new Region(shape, "state", false);
    this.gradient = new Region(shape, "slot", false);
  }

  get size(): number {
    return sizeOf(this.shape);
  }
}
