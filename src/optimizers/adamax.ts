import { adamax as pack } from "../engine/kernels/packs/adamax.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { beta1, beta2, epsilon, oneMinusPower } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/**
 * Adam with the greatest gradient in place of the mean square (Kingma and Ba, 2014): m += (g - m)(1 - beta1); u = max(beta2 u, |g|);
 * w -= learningRate m / ((1 - beta1^t)(u + epsilon)).
 */
export class Adamax extends defineOptimizer("Adamax", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** How much of the mean of the gradients each step keeps. Default 0.9. */
  beta1: beta1(0.9),
  /** How much of the greatest gradient each step keeps. Default 0.999. */
  beta2: beta2(0.999),
  /** At least 1e-30. Default 1e-7. */
  epsilon: epsilon(),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["momentum", "norm"]];
  }

  protected override ownScalars(updates: number): number[] {
    return [oneMinusPower(this.beta1, updates + 1)];
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    const operands = [parameters, gradients, slot("momentum"), slot("norm"), program.step] as const;
    program.callUpdate(pack, "adamaxUpdate", ...operands, 1 - this.beta1, this.beta2, this.epsilon);
  }
}

/** Options of `Adamax`. */
export type AdamaxOptions = OptimizerOptions<typeof Adamax>;
