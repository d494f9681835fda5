import { lamb as pack } from "../engine/kernels/packs/lamb.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { firstLine, lineRegion } from "./around.js";
import { beta1, beta2, epsilon, oneMinusPower } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** Adam whose step for each weight is as long as the weight (You et al., 2019), as Keras 3 has it. */
export class Lamb extends defineOptimizer("Lamb", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** How much of the mean of the gradients each step keeps. Default 0.9. */
  beta1: beta1(0.9),
  /** How much of the mean of their squares each step keeps. Default 0.999. */
  beta2: beta2(0.999),
  /** Added to the root: at least 1e-30. Default 1e-7. */
  epsilon: epsilon(),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["momentum", "velocity"]];
  }

  protected override ownScalars(updates: number): number[] {
    return [oneMinusPower(this.beta1, updates + 1), oneMinusPower(this.beta2, updates + 1)];
  }

  protected recordUpdate(program: ProgramBuilder, blocks: UpdateBlocks): void {
    const { parameters, gradients, slot, weights } = blocks;
    const lines = lineRegion(program, blocks);
    const numbers = [1 - this.beta1, 1 - this.beta2, this.epsilon] as const;
    const slots = [slot("momentum"), slot("velocity")] as const;
    program.callUpdate(pack, "lambDirection", gradients, ...slots, program.step, ...numbers);
    for (const weight of weights) {
      const { value, gradient, size } = weight;
      program.callUpdateOnce(pack, "lambRatio", lines, firstLine(weight), value, gradient, size);
    }
    program.callUpdate(pack, "lambUpdate", parameters, gradients, lines, program.step);
  }
}

/** Options of `Lamb`. */
export type LambOptions = OptimizerOptions<typeof Lamb>;
