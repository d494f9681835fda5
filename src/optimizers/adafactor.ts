import { exp, ln } from "../base/exactMath.js";
import { boolean, kerasName, number, optional } from "../base/options.js";
import { adafactor as pack } from "../engine/kernels/packs/adafactor.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/**
 * Adafactor (Shazeer and Stern, 2018) as Keras 3 has it: the squares of the gradients of a matrix are known by the means of its rows and
 * columns. Takes three numbers a parameter, as Adam two: less memory is no gain here.
 */
export class Adafactor extends defineOptimizer("Adafactor", {
  /** Default 0.001. Never more than 1 / sqrt(t) at step t. */
  learningRate: learningRate(0.001),
  /** Step t keeps 1 - t^beta2Decay of the means. Default -0.8. */
  beta2Decay: kerasName(optional(number(undefined, 0), -0.8), "beta_2_decay"),
  /** Added to the squares: at least 1e-30. Default 1e-30. */
  epsilon1: kerasName(optional(number(1e-30), 1e-30), "epsilon_1"),
  /** The least root mean square of a weight that a step is measured by. Default 0.001. */
  epsilon2: kerasName(optional(number(0), 1e-3), "epsilon_2"),
  /** The greatest root mean square of a step. Default 1. */
  clipThreshold: optional(number(1e-30), 1),
  /** Kept for files. Keras takes the lesser of the learning rate and 1 / sqrt(t) whatever it says. Default true. */
  relativeStep: optional(boolean(), true),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["r", "c", "velocity"]];
  }

  override slotShape(name: string, shape: Shape, _path: string): Shape {
    if (name !== "r" && name !== "c") return shape;
    // Keras has numbers there that stay 0.
    if (shape.length < 2) return [];
    return name === "r" ? shape.slice(0, -1) : [...shape.slice(0, -2), shape.at(-1)!];
  }

  protected override ownScalars(updates: number, learningRate: number): number[] {
    const t = updates + 1;
    const beta = Math.fround(1 - Math.fround(exp(Math.fround(this.beta2Decay) * ln(t))));
    return [beta, Math.min(learningRate, Math.fround(1 / Math.fround(Math.sqrt(t))))];
  }

  protected recordUpdate(program: ProgramBuilder, { weights, slot }: UpdateBlocks): void {
    program.keepBlocks();
    for (const { value, gradient, shape, size } of weights) {
      const isMatrix = shape.length >= 2;
      const sizes = isMatrix ? [sizeOf(shape.slice(0, -2)), shape.at(-2)!, shape.at(-1)!] : [1, 0, size];
      const [outer, rows, n] = sizes as [number, number, number];
      const blocks = [value, gradient, slot("r"), slot("c"), slot("velocity")] as const;
      const places = [program.step, gradient.offset / 4, outer, rows, n] as const;
      const numbers = [this.epsilon1, this.epsilon2, this.clipThreshold] as const;
      program.callUpdateOnce(pack, "adafactorUpdate", ...blocks, ...places, ...numbers);
    }
  }
}

/** Options of `Adafactor`. */
export type AdafactorOptions = OptimizerOptions<typeof Adafactor>;
