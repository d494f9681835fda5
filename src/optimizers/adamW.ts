import { number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { ADAM, adamSlots, recordAdam } from "./adam.js";
import { adamAlpha } from "./beta.js";
import { defineOptimizer, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** Adam with decay of the weights (Loshchilov and Hutter, 2017): weight * weightDecay * learningRate comes off before the update. */
export class AdamW extends defineOptimizer("AdamW", {
  ...ADAM,
  /** Default 0.004. */
  weightDecay: optional(number(0), 0.004),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return adamSlots(this);
  }

  protected override ownScalars(updates: number, learningRate: number): number[] {
    return [adamAlpha(learningRate, this.beta1, this.beta2, updates + 1)];
  }

  protected recordUpdate(program: ProgramBuilder, blocks: UpdateBlocks): void {
    recordAdam(program, this, blocks);
  }
}

/** Options of `AdamW`. */
export type AdamWOptions = OptimizerOptions<typeof AdamW>;
