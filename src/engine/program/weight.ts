import type { KernelPack } from "../kernels/kernels.js";
import type { ProgramBuilder } from "./program.js";
import type { Region } from "./region.js";
import type { Shape } from "./shape.js";
import type { Weight } from "./weightRegions.js";

export { Weight } from "./weightRegions.js";

/** What an initializer may do to a weight: fill it with numbers that depend on the seed and the weight's position only. */
export interface WeightFiller {
  readonly shape: Shape;
  /** The numbers, row-major: zeros at first. */
  readonly data: Float32Array;
  /** The same number everywhere. */
  constant(value: number): void;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): void;
  /** Fills by a kernel(blocks of four numbers, out, ...parameters, key low, key high, first block, purpose, layer, weight). */
  random(pack: KernelPack<unknown>, kernel: string, ...parameters: number[]): void;
}

/** What a weight begins with. */
export interface Initializer {
  /** As in Keras: `GlorotUniform`. */
  readonly className: string;
  /** Fills a weight with its first numbers. */
  fill(weight: WeightFiller): void;
  /** What the constructor took, under Keras' names. Default: nothing. */
  config?(): Record<string, unknown>;
}

/** A penalty that is added to the loss: on a weight, whatever the batch, or on the output of a layer. */
export interface WeightRegularizer {
  /** As in Keras: `L2`. */
  readonly className: string;
  /** Records the penalty in the prepare phase; gives where it stands: one number. */
  record(program: ProgramBuilder, weight: Weight): Region;
  /** Records what adds its gradient to the summed gradient of the weight, in the update phase. */
  recordGradient(program: ProgramBuilder, weight: Weight): void;
  /** Records it as a penalty on an activation, with `program.penalize`. Left out by one that is for weights only. */
  recordActivity?(program: ProgramBuilder, activation: Region): void;
  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown>;
}

/** What a weight is brought to after each step. */
export interface WeightConstraint {
  /** As in Keras: `MaxNorm`. */
  readonly className: string;
  /** Records it in the update phase, after the optimizer. */
  record(program: ProgramBuilder, weight: Weight): void;
  /** What the constructor took, under Keras' names. */
  config(): Record<string, unknown>;
}

/** What a layer says of a weight before there is memory for it. */
export interface WeightSpec {
  /** As Keras: `kernel`, `bias`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  readonly regularizer?: WeightRegularizer | undefined;
  readonly constraint?: WeightConstraint | undefined;
  /** Default true. False for what no gradient changes, such as moving statistics. */
  readonly trainable?: boolean;
}
