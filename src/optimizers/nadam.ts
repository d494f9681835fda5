import { power } from "../base/exactMath.js";
import { nadam as pack } from "../engine/kernels/packs/nadam.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { beta1, beta2, epsilon, oneMinusPower } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** How the momentum nears beta1. */
const DECAY = 0.96;

/** The momentum of the n-th update, rounded as Keras does. */
function momentumOf(beta1: number, n: number): number {
  const half = Math.fround(0.5 * Math.fround(power(Math.fround(DECAY), n)));
  return Math.fround(Math.fround(beta1) * Math.fround(1 - half));
}

/** Products of the momenta up to an update; a run walks on from the last one. */
const known = new Map<number, { updates: number; product: number }>();

function productOf(beta1: number, updates: number): number {
  let state = known.get(beta1);
  if (!state || state.updates > updates) {
    state = { updates: 0, product: 1 };
    known.set(beta1, state);
  }
  while (state.updates < updates) {
    // Keras multiplies the product by beta1 first.
    state.updates++;
    const half = Math.fround(0.5 * Math.fround(power(Math.fround(DECAY), state.updates)));
    state.product = Math.fround(Math.fround(state.product * Math.fround(beta1)) * Math.fround(1 - half));
  }
  return state.product;
}

/** Adam with Nesterov's momentum (Dozat, 2016) as Keras 3 has it: the momentum of update t is beta1 (1 - 0.96^t / 2). */
export class Nadam extends defineOptimizer("Nadam", {
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

  /** The product of the momenta so far. */
  override extraVariables(iterations: number): readonly number[] {
    return [productOf(this.beta1, this.updates(iterations))];
  }

  protected override ownScalars(updates: number): number[] {
    const product = productOf(this.beta1, updates + 1);
    const next = momentumOf(this.beta1, updates + 2);
    return [
      next,
      1 - Math.fround(product * next),
      1 - momentumOf(this.beta1, updates + 1),
      1 - product,
      oneMinusPower(this.beta2, updates + 1),
    ];
  }

  protected recordUpdate(program: ProgramBuilder, { parameters, gradients, slot }: UpdateBlocks): void {
    const operands = [parameters, gradients, slot("momentum"), slot("velocity"), program.step] as const;
    // Keras rounds the betas first.
    const left = [1 - Math.fround(this.beta1), 1 - Math.fround(this.beta2)] as const;
    program.callUpdate(pack, "nadamUpdate", ...operands, ...left, this.epsilon);
  }
}

/** Options of `Nadam`. */
export type NadamOptions = OptimizerOptions<typeof Nadam>;
