import type { Engine } from "../engine/engine.js";
import type { HeldVariable } from "../graph/network.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Counters } from "./counters.js";
import type { OptimizerSlots } from "./optimizerSlots.js";

/** The moving averages of the weights that an optimizer keeps. All of it between two steps only. */
export class Averages {
  readonly #optimizer: Optimizer | undefined;
  readonly #engine: Engine;
  readonly #slots: OptimizerSlots;
  readonly #trainable: readonly HeldVariable[];
  readonly #counters: Counters;

  constructor(
    optimizer: Optimizer | undefined,
    engine: Engine,
    slots: OptimizerSlots,
    held: readonly HeldVariable[],
    counters: Counters,
  ) {
    this.#optimizer = optimizer;
    this.#engine = engine;
    this.#slots = slots;
    this.#trainable = held.filter(({ weight }) => weight.trainable);
    this.#counters = counters;
  }

  get #slot(): string | undefined {
    return this.#optimizer?.averageSlot;
  }

  /** @throws Error if there are none */
  check(where: string): void {
    if (this.#slot !== undefined) return;
    throw new Error(`${where}: expected an optimizer with useEma, got ${this.#optimizer?.className ?? "none"} without`);
  }

  /** The end of a training: the averages become the weights, as in Keras. */
  finish(): void {
    if (this.#slot === undefined) return;
    if (this.#counters.swapped) this.#slots.writeSlot(this.#slot, this.#weights);
    else this.#setWeights(this.#slots.readSlot(this.#slot));
    delete this.#counters.swapped;
  }

  /** Puts them into the weights, and the weights in their place; or back. Does nothing if that is so. */
  swap(swapped: boolean): void {
    if (this.#slot === undefined || swapped === (this.#counters.swapped ?? false)) return;
    const weights = this.#weights;
    this.#setWeights(this.#slots.readSlot(this.#slot));
    this.#slots.writeSlot(this.#slot, weights);
    if (swapped) this.#counters.swapped = true;
    else delete this.#counters.swapped;
  }

  get #weights(): Float32Array[] {
    return this.#trainable.map(({ weight }) => this.#engine.read(weight));
  }

  #setWeights(values: readonly Float32Array[]): void {
    for (const [i, { variable }] of this.#trainable.entries()) variable.write(values[i]!);
  }
}
