import { checkBoolean, checkNumber, checkOptions } from "../engine/check.js";
import type { ProgramBuilder } from "../engine/program.js";
import { Optimizer, type OptimizerBlocks } from "./optimizer.js";

export interface RMSpropOptions {
  /** Default 0.001. */
  learningRate?: number | undefined;
  /** Decay of the running mean of squares. Default 0.9. */
  rho?: number | undefined;
  /** Default 0. */
  momentum?: number | undefined;
  /** Keeps the root away from 0: at least 1e-30. Default 1e-7. */
  epsilon?: number | undefined;
  /** Whether the mean of the gradients is taken off their mean square. Default false. */
  centered?: boolean | undefined;
}

/**
 * RMSprop (Hinton, lecture 6e, 2012) as Keras 3 has it, epsilon inside the root:
 * v = rho v + (1 - rho) g^2; w -= learningRate g / sqrt(v + epsilon).
 * Centered: v - a^2 in place of v, a = rho a + (1 - rho) g. With momentum: m = momentum m + the change; w -= m.
 */
export class RMSprop extends Optimizer {
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;

  constructor(options: RMSpropOptions = {}) {
    checkOptions("RMSprop", options, ["learningRate", "rho", "momentum", "epsilon", "centered"]);
    super("RMSprop", options.learningRate ?? 0.001);
    this.rho = checkNumber("RMSprop.rho", options.rho ?? 0.9, 0, 1);
    this.momentum = checkNumber("RMSprop.momentum", options.momentum ?? 0, 0, 1);
    this.epsilon = checkNumber("RMSprop.epsilon", options.epsilon ?? 1e-7, 1e-30);
    this.centered = checkBoolean("RMSprop.centered", options.centered ?? false);
  }

  get slotNames(): readonly string[] {
    return ["velocity", ...(this.momentum > 0 ? ["momentum"] : []), ...(this.centered ? ["average_gradient"] : [])];
  }

  record(program: ProgramBuilder, { parameters, gradients, slots }: OptimizerBlocks): void {
    const slot = (name: string) => slots[this.slotNames.indexOf(name)] ?? 0;
    program.callUpdate(
      "rmspropUpdate",
      ...([parameters, gradients, slot("velocity"), slot("momentum"), slot("average_gradient"), program.step] as const),
      ...([this.rho, 1 - this.rho, this.momentum, this.epsilon] as const),
    );
  }

  config(): Record<string, unknown> {
    return {
      learning_rate: this.learningRate,
      rho: this.rho,
      momentum: this.momentum,
      epsilon: this.epsilon,
      centered: this.centered,
    };
  }
}
