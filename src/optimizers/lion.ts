import { kerasName, number, optional } from "../base/options.js";
import { lion as pack } from "../engine/kernels/packs/lion.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { beta2 } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** Lion (Chen et al., 2023): w -= learningRate sign(beta1 m + (1 - beta1) g); m = beta2 m + (1 - beta2) g. */
export class Lion extends defineOptimizer("Lion", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** How much of the momentum the direction takes: more than 0. Default 0.9. */
  beta1: kerasName(optional(number(1e-30, 1), 0.9), "beta_1"),
  /** How much of the momentum each step keeps. Default 0.99. */
  beta2: beta2(0.99),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["momentum"]];
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    const operands = [parameters, gradients, slot("momentum"), program.step] as const;
    program.callUpdate(pack, "lionUpdate", ...operands, this.beta1, this.beta2);
  }
}

/** Options of `Lion`. */
export type LionOptions = OptimizerOptions<typeof Lion>;
