import { number, optional } from "../base/options.js";
import { adadelta as pack } from "../engine/kernels/packs/adadelta.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { epsilon } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/**
 * Adadelta (Zeiler, 2012) as Keras 3 has it: a = rho a + (1 - rho) g^2; d = -g sqrt(b + epsilon) / sqrt(a + epsilon);
 * b = rho b + (1 - rho) d^2; w += learningRate d. The paper's learning rate is 1.
 */
export class Adadelta extends defineOptimizer("Adadelta", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** How much of the means of squares each step keeps. Default 0.95. */
  rho: optional(number(0, 1), 0.95),
  /** At least 1e-30. Default 1e-7. */
  epsilon: epsilon(),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["accumulated_grad", "accumulated_delta_var"]];
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    const slots = [slot("accumulated_grad"), slot("accumulated_delta_var")] as const;
    const numbers = [this.rho, 1 - this.rho, this.epsilon] as const;
    program.callUpdate(pack, "adadeltaUpdate", parameters, gradients, ...slots, program.step, ...numbers);
  }
}

/** Options of `Adadelta`. */
export type AdadeltaOptions = OptimizerOptions<typeof Adadelta>;
