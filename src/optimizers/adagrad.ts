import { number, optional } from "../base/options.js";
import { adagrad as pack } from "../engine/kernels/packs/adagrad.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { epsilon } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** Adagrad (Duchi et al., 2011): a += g^2; w -= learningRate g / sqrt(a + epsilon). */
export class Adagrad extends defineOptimizer("Adagrad", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** What the sums of squares begin with. Default 0.1. */
  initialAccumulatorValue: optional(number(0), 0.1),
  /** At least 1e-30. Default 1e-7. */
  epsilon: epsilon(),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["accumulator"]];
  }

  override slotInitial(name: string): number {
    return name === "accumulator" ? this.initialAccumulatorValue : 0;
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    const operands = [parameters, gradients, slot("accumulator"), program.step] as const;
    program.callUpdate(pack, "adagradUpdate", ...operands, this.epsilon);
  }
}

/** Options of `Adagrad`. */
export type AdagradOptions = OptimizerOptions<typeof Adagrad>;
