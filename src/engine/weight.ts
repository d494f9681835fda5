import { Region } from "./region.js";
import { type Shape, sizeOf } from "./shape.js";

/** What an initializer may do to a weight: fill it with numbers that depend on the seed and the weight's position only. */
export interface WeightFiller {
  readonly shape: Shape;
  constant(value: number): void;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): void;
}

export interface Initializer {
  /** As in Keras: `GlorotUniform`. */
  readonly className: string;
  fill(weight: WeightFiller): void;
}

/** What a layer says of a weight before there is memory for it. */
export interface WeightSpec {
  /** As Keras: `kernel`, `bias`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** Default true. False for what no gradient changes, such as moving statistics. */
  readonly trainable?: boolean;
}

/** A weight of a model and its gradient. */
export class Weight {
  readonly value: Region;
  /** In the gradient slots, zeroed once a step: kernels add to it. */
  readonly gradient: Region;

  constructor(
    readonly name: string,
    readonly shape: Shape,
    readonly initializer: Initializer,
    readonly trainable: boolean,
    /** Position of the layer in the model and of the weight in the layer: keys its random numbers. */
    readonly position: readonly [layer: number, weight: number],
  ) {
    this.value = new Region(shape, "state", false);
    this.gradient = new Region(shape, "slot", false);
  }

  get size(): number {
    return sizeOf(this.shape);
  }
}
