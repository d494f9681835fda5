import { boolean, optional } from "../base/options.js";
import { adam as pack } from "../engine/kernels/packs/adam.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight } from "../engine/program/weight.js";
import { adamAlpha, beta1, beta2, epsilon } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** Options of Adam and AdamW. */
export const ADAM = {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** How much of the mean of the gradients each step keeps. Default 0.9. */
  beta1: beta1(0.9),
  /** How much of the mean of their squares each step keeps. Default 0.999. */
  beta2: beta2(0.999),
  /** Added to the root: at least 1e-30. Default 1e-7. */
  epsilon: epsilon(),
  /** Whether the greatest mean of squares so far takes the place of the last one. Default false. */
  amsgrad: optional(boolean(), false),
};

interface Options {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

/** Names of the slots, see `Optimizer.ownSlots`. */
export function adamSlots({ amsgrad }: Options): readonly (readonly string[])[] {
  return [["momentum", "velocity"], ...(amsgrad ? [["velocity_hat"]] : [])];
}

export function recordAdam(program: ProgramBuilder, options: Options, blocks: UpdateBlocks): void {
  const { parameters, gradients, slot } = blocks;
  const slots = [slot("momentum"), slot("velocity"), slot("velocity_hat")] as const;
  const numbers = [1 - options.beta1, 1 - options.beta2, options.epsilon] as const;
  program.callUpdate(pack, "adamUpdate", parameters, gradients, ...slots, program.step, ...numbers);
}

/** The same for one weight alone, once a step. */
export function recordAdamOf(
  program: ProgramBuilder,
  { beta1, beta2, epsilon }: Omit<Options, "amsgrad">,
  { parameters, gradients, slot }: UpdateBlocks,
  { gradient, size }: Weight,
): void {
  const begin = gradient.offset / 4;
  const end = begin + 4 * Math.ceil(size / 4);
  const slots = [slot("momentum"), slot("velocity"), 0] as const;
  const numbers = [1 - beta1, 1 - beta2, epsilon] as const;
  program.callUpdateOnce(pack, "adamUpdate", begin, end, parameters, gradients, ...slots, program.step, ...numbers);
}

/**
 * Adam (Kingma and Ba, 2014) as Keras 3 has it: m += (g - m)(1 - beta1); v += (g^2 - v)(1 - beta2);
 * w -= learningRate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon).
 */
export class Adam extends defineOptimizer("Adam", ADAM) {
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

/** Options of `Adam`. */
export type AdamOptions = OptimizerOptions<typeof Adam>;
