import { kerasName, number, optional } from "../base/options.js";
import { ftrl as pack } from "../engine/kernels/packs/ftrl.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** "Follow the regularized leader" (McMahan et al., 2013) as Keras 3 has it. */
export class Ftrl extends defineOptimizer("Ftrl", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** How the rate falls with the sums of squares: 0 or less; 0 keeps it. Default -0.5. */
  learningRatePower: optional(number(-Number.MAX_VALUE, 0), -0.5),
  /** What the sums of squares begin with. Default 0.1. */
  initialAccumulatorValue: optional(number(0), 0.1),
  /** Default 0. */
  l1RegularizationStrength: kerasName(optional(number(0), 0), "l1_regularization_strength"),
  /** Default 0. */
  l2RegularizationStrength: kerasName(optional(number(0), 0), "l2_regularization_strength"),
  /** L2 that is added to the gradients and not to the sums of squares. Default 0. */
  l2ShrinkageRegularizationStrength: kerasName(optional(number(0), 0), "l2_shrinkage_regularization_strength"),
  /** Default 0. */
  beta: optional(number(), 0),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["accumulator", "linear"]];
  }

  override slotInitial(name: string): number {
    return name === "accumulator" ? this.initialAccumulatorValue : 0;
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    program.callUpdate(
      pack,
      "ftrlUpdate",
      ...([parameters, gradients, slot("accumulator"), slot("linear"), program.step] as const),
      ...([-this.learningRatePower, this.l1RegularizationStrength, this.l2RegularizationStrength] as const),
      ...([this.l2ShrinkageRegularizationStrength, this.beta] as const),
    );
  }
}

/** Options of `Ftrl`. */
export type FtrlOptions = OptimizerOptions<typeof Ftrl>;
