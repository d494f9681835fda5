import { boolean, number, optional } from "../base/options.js";
import { rmsprop as pack } from "../engine/kernels/packs/rmsprop.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/**
 * RMSprop (Hinton, lecture 6e, 2012) as Keras 3 has it, epsilon inside the root:
 * v = rho v + (1 - rho) g^2; w -= learningRate g / sqrt(v + epsilon).
 * Centered: v - a^2 in place of v, a = rho a + (1 - rho) g. With momentum: m = momentum m + the change; w -= m.
 */
export class RMSprop extends defineOptimizer("RMSprop", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** Decay of the running mean of squares. Default 0.9. */
  rho: optional(number(0, 1), 0.9),
  /** Default 0. */
  momentum: optional(number(0, 1), 0),
  /** Keeps the root away from 0: at least 1e-30. Default 1e-7. */
  epsilon: optional(number(1e-30), 1e-7),
  /** Whether the mean of the gradients is taken off their mean square. Default false. */
  centered: optional(boolean(), false),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [
      ["velocity"],
      ...(this.momentum > 0 ? [["momentum"]] : []),
      ...(this.centered ? [["average_gradient"]] : []),
    ];
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    program.callUpdate(
      pack,
      "rmspropUpdate",
      ...([parameters, gradients, slot("velocity"), slot("momentum"), slot("average_gradient"), program.step] as const),
      ...([this.rho, 1 - this.rho, this.momentum, this.epsilon] as const),
    );
  }
}

/** Options of `RMSprop`. */
export type RMSpropOptions = OptimizerOptions<typeof RMSprop>;
