import { boolean, number, optional } from "../base/options.js";
import { sgd as pack } from "../engine/kernels/packs/sgd.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/**
 * Gradient descent: w -= learningRate g. With momentum m = momentum m - learningRate g and w += m, or, as Nesterov has it,
 * w += momentum m - learningRate g.
 */
export class SGD extends defineOptimizer("SGD", {
  /** Default 0.01. */
  learningRate: learningRate(0.01),
  /** Default 0. */
  momentum: optional(number(0, 1), 0),
  /** Default false. */
  nesterov: optional(boolean(), false),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return this.momentum === 0 ? [] : [["momentum"]];
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    const operands = [parameters, gradients, slot("momentum"), program.step] as const;
    program.callUpdate(pack, "sgdUpdate", ...operands, this.momentum, this.nesterov ? 1 : 0);
  }
}

/** Options of `SGD`. */
export type SGDOptions = OptimizerOptions<typeof SGD>;
