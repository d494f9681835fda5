import { show } from "../base/check.js";
import { boolean, integer, kerasName, nullable, number, type Option, optional } from "../base/options.js";
import { muon as pack } from "../engine/kernels/packs/muon.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Shape } from "../engine/program/shape.js";
import type { Weight } from "../engine/program/weight.js";
import { recordAdamOf } from "./adam.js";
import { adamAlpha, epsilon } from "./beta.js";
import { defineOptimizer, learningRate, type OptimizerOptions, type UpdateBlocks } from "./optimizer.js";

/** What threads take at a time: so many rows of an r * r matrix, and of a direction. Fixed: pieces share no output. */
const STRIP = 16;
const ROWS = 128;

/** Regular expressions, as texts. */
function patterns(): Option<readonly string[]> {
  return {
    check(where, value) {
      if (!Array.isArray(value) || !value.every((each) => typeof each === "string")) {
        throw new TypeError(`${where}: expected an array of texts, got ${show(value)}`);
      }
      for (const each of value) {
        try {
          new RegExp(each);
        } catch {
          throw new RangeError(`${where}: expected regular expressions, got ${show(each)}`);
        }
      }
      return value;
    },
    write: (value) => [...value],
  };
}

const coefficient = (fallback: number, name: string) => kerasName(optional(number(), fallback), name);

/**
 * Muon (Jordan et al., 2024) as Keras 3 has it, for matrices: the direction of momentum, g + momentum m with m = momentum m + g, made orthogonal
 * by Newton-Schulz steps x = a x + (b X + c X X) x, X = x x^T; w -= learningRate sqrt(max(rows, columns)) rmsRate x. All other weights (biases,
 * kernels of convolutions), embeddings and the layers of `excludeLayers` (the last one should be there) are trained by Adam.
 */
export class Muon extends defineOptimizer("Muon", {
  /** Default 0.001. */
  learningRate: learningRate(0.001),
  /** Adam's: how much of the mean of the gradients each step keeps. Default 0.9. */
  adamBeta1: kerasName(optional(number(0, 1), 0.9), "adam_beta_1"),
  /** Adam's: how much of the mean of their squares each step keeps. Default 0.999. */
  adamBeta2: kerasName(optional(number(0, 1), 0.999), "adam_beta_2"),
  /** `weightDecay` of the weights that Adam trains. Default 0.004. */
  adamWeightDecay: optional(nullable(number(0)), 0.004),
  /** Adam's: added to the root, at least 1e-30. Default 1e-7. */
  epsilon: epsilon(),
  /** Of the matrices. Default 0.004. */
  weightDecay: optional(nullable(number(0)), 0.004),
  /** Regular expressions: weights in whose path (`dense_1/kernel`) one is found are trained by Adam. Default: none. */
  excludeLayers: optional(patterns(), () => []),
  /** Whether weights with "embedding" in their path are trained by Adam. Default true. */
  excludeEmbeddings: optional(boolean(), true),
  /** a of the Newton-Schulz step. Default 3.4445. */
  muonA: coefficient(3.4445, "muon_a"),
  /** b of it. Default -4.775. */
  muonB: coefficient(-4.775, "muon_b"),
  /** c of it. Default 2.0315. */
  muonC: coefficient(2.0315, "muon_c"),
  /** Adam's learning rate divided by the other. Default 1. */
  adamLrRatio: optional(number(0), 1),
  /** Default 0.95. */
  momentum: optional(number(0, 1), 0.95),
  /** Newton-Schulz steps. Default 5. */
  nsSteps: optional(integer(1), 5),
  /** Whether the direction looks a step ahead. Default true. */
  nesterov: optional(boolean(), true),
  /** Brings the root mean square of a step to about that of Adam's (Liu et al., 2025). Default 0.2; null: off. */
  rmsRate: optional(nullable(number(0)), 0.2),
}) {
  protected get ownSlots(): readonly (readonly string[])[] {
    return [["momentum", "velocity"]];
  }

  #isAdams(path: string, { length }: Shape): boolean {
    if (length !== 2 || (this.excludeEmbeddings && path.toLowerCase().includes("embedding"))) return true;
    return this.excludeLayers.some((pattern) => new RegExp(pattern).test(path));
  }

  /** Only Adam has velocities. */
  override slotShape(name: string, shape: Shape, path: string): Shape | undefined {
    return name === "velocity" && !this.#isAdams(path, shape) ? undefined : shape;
  }

  protected override get decays(): readonly (number | null)[] {
    return [this.weightDecay, this.adamWeightDecay];
  }

  override decayOf({ name, shape }: Weight): number {
    return (this.#isAdams(name, shape) ? this.adamWeightDecay : this.weightDecay) ?? 0;
  }

  protected override ownScalars(updates: number, learningRate: number): number[] {
    const rate = Math.fround(learningRate * Math.fround(this.adamLrRatio));
    return [adamAlpha(rate, this.adamBeta1, this.adamBeta2, updates + 1)];
  }

  protected recordUpdate(program: ProgramBuilder, blocks: UpdateBlocks): void {
    program.keepBlocks();
    const adams = { beta1: this.adamBeta1, beta2: this.adamBeta2, epsilon: this.epsilon };
    const isAdams = ({ name, shape }: Weight) => this.#isAdams(name, shape);
    for (const weight of blocks.weights) if (isAdams(weight)) recordAdamOf(program, adams, blocks, weight);
    this.#recordMatrices(
      program,
      blocks,
      blocks.weights.filter((weight) => !isAdams(weight)),
    );
  }

  /** All matrices side by side: what comes before a barrier may be done in any order. */
  #recordMatrices(program: ProgramBuilder, { slot }: UpdateBlocks, weights: readonly Weight[]): void {
    if (weights.length === 0) return;
    const { step } = program;
    const all = weights.map((weight) => {
      const [rows, n] = weight.shape as [number, number];
      const [k, r] = [Math.max(rows, n), Math.min(rows, n)];
      const [x, y, gram] = [k * r, k * r, r * r].map((size) => program.sharedRegion(size));
      const panels = program.sharedRegion(r * 8 * Math.ceil(r / 8));
      const scratches = piecesOf(k, ROWS).map(() => program.sharedRegion(4 * (r + 3)));
      return { weight, rows, n, k, r, x: x!, y: y!, gram: gram!, panels, scratches };
    });
    for (const { weight, rows, n, x } of all) {
      const { gradient } = weight;
      const numbers = [gradient.offset / 4, rows, n, this.momentum, this.nesterov ? 1 : 0] as const;
      program.callUpdateOnce(pack, "muonDirection", x, gradient, slot("momentum"), step, ...numbers);
    }
    for (let i = 0; i < this.nsSteps; i++) {
      program.updateBarrier();
      for (const { gram, x, k, r } of all) {
        for (const [begin, end] of piecesOf(r, STRIP)) {
          program.callUpdateOnce(pack, "muonGram", gram, x, step, k, r, begin, end);
        }
      }
      program.updateBarrier();
      const { muonA, muonB, muonC } = this;
      for (const { panels, gram, r } of all) {
        for (const [begin, end] of piecesOf(r, STRIP)) {
          program.callUpdateOnce(pack, "muonPolynomial", panels, gram, step, r, begin, end, muonA, muonB, muonC);
        }
      }
      program.updateBarrier();
      for (const each of all) {
        const { x, y, panels, scratches, k, r } = each;
        for (const [p, [begin, end]] of piecesOf(k, ROWS).entries()) {
          program.callUpdateOnce(pack, "muonProduct", y, x, panels, scratches[p]!, step, r, begin, end);
        }
        [each.x, each.y] = [y, x];
      }
    }
    program.updateBarrier();
    for (const { weight, rows, n, k, x } of all) {
      const factor = this.rmsRate === null ? 1 : Math.sqrt(k) * this.rmsRate;
      program.callUpdateOnce(pack, "muonUpdate", weight.value, x, step, rows, n, factor);
    }
  }
}

/** Options of `Muon`. */
export type MuonOptions = OptimizerOptions<typeof Muon>;

/** The ends of pieces of so many of `count`. */
function piecesOf(count: number, size: number): readonly (readonly [begin: number, end: number])[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, i) => [i * size, Math.min((i + 1) * size, count)]);
}
