import type { Engine } from "../engine/engine.js";
import type { ModelState } from "../engine/memory/state.js";
import type { OptimizerState } from "../graph/snapshot.js";

/** What an optimizer has gathered, in the memory of a model. Read and written between two steps only. */
export class OptimizerSlots {
  readonly #engine: Engine;
  readonly #state: ModelState;
  readonly #names: readonly string[];

  constructor(engine: Engine, state: ModelState, names: readonly string[]) {
    this.#engine = engine;
    this.#state = state;
    this.#names = names;
  }

  /** The arrays that lie in slot `s`: where, and how long. */
  #arrays(s: number): { address: number; size: number }[] {
    const { trainable, optimizerSlots } = this.#state;
    return trainable.map(({ gradient, size }) => ({ address: optimizerSlots[s]!.offset + gradient.offset, size }));
  }

  /** Fills a slot that does not begin with zeros. */
  fill(name: string, value: number): void {
    if (value === 0) return;
    for (const { address, size } of this.#arrays(this.#names.indexOf(name))) {
      this.#engine.writeState(address, new Float32Array(size).fill(value));
    }
  }

  readSlot(name: string): Float32Array[] {
    return this.#arrays(this.#names.indexOf(name)).map(({ address, size }) => this.#engine.readState(address, size));
  }

  writeSlot(name: string, values: readonly Float32Array[]): void {
    for (const [w, { address }] of this.#arrays(this.#names.indexOf(name)).entries()) {
      this.#engine.writeState(address, values[w]!);
    }
  }

  read(): OptimizerState["slots"] {
    return this.#names.map((name) => ({ name, values: this.readSlot(name) }));
  }

  /** @param slots in the order of `read`, all of the right size */
  write(slots: OptimizerState["slots"]): void {
    for (const [s, { values }] of slots.entries()) this.writeSlot(this.#names[s]!, values);
  }
}
