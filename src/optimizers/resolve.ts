import { checkChoice } from "../engine/check.js";
import type { ProgramBuilder } from "../engine/program.js";
import { seeThroughProxies } from "../engine/raw.js";
import { learningRate, Optimizer, type UpdateBlocks } from "./optimizer.js";
import { RMSprop } from "./rmsprop.js";

/** Those that are imported when a model that names them is about to run: class and learning rate, if that is not 0.001. */
const NAMES = {
  adadelta: ["Adadelta"],
  adagrad: ["Adagrad"],
  adam: ["Adam"],
  adamax: ["Adamax"],
  adamw: ["AdamW"],
  ftrl: ["Ftrl"],
  lamb: ["Lamb"],
  lion: ["Lion"],
  nadam: ["Nadam"],
  sgd: ["SGD", 0.01],
} as const satisfies Record<string, readonly [string, number?]>;

/** An optimizer by its name, with its defaults. */
export type OptimizerName = "rmsprop" | keyof typeof NAMES;

/** An optimizer that is known by name, and imported before it is asked for anything but its learning rate. */
class NamedOptimizer extends Optimizer {
  #found: Optimizer | undefined;

  constructor(className: string, rate: number) {
    super(className, {}, { learningRate: learningRate(rate) });
  }

  override async load(): Promise<void> {
    if (this.#found) return;
    const found = (await import("./fromConfig.js")).optimizerByName(this.className);
    await found.load();
    this.#found = found;
  }

  get #loaded(): Optimizer {
    if (!this.#found) throw new Error(`${this.className}: expected load() before this, got none`);
    // May have been set since.
    this.#found.learningRate = this.learningRate;
    return this.#found;
  }

  protected get ownSlots(): readonly (readonly string[])[] {
    return this.#loaded.slotGroups;
  }

  override slotInitial(name: string): number {
    return this.#loaded.slotInitial(name);
  }

  override extraVariables(iterations: number): readonly number[] {
    return this.#loaded.extraVariables(iterations);
  }

  override scalars(iterations: number): number[] {
    return this.#loaded.scalars(iterations);
  }

  override config(): Record<string, unknown> {
    return this.#loaded.config();
  }

  protected recordUpdate(program: ProgramBuilder, blocks: UpdateBlocks): void {
    this.#loaded.record(program, blocks);
  }
}

seeThroughProxies(NamedOptimizer);

/** @throws RangeError for a name that no optimizer has */
export function resolveOptimizer(where: string, value: OptimizerName | Optimizer): Optimizer {
  if (value instanceof Optimizer) return value;
  const name = typeof value === "string" ? value.toLowerCase() : value;
  if (name === "rmsprop") return new RMSprop();
  const [className, rate = 0.001] = NAMES[
    checkChoice(where, name, Object.keys({ rmsprop: 0, ...NAMES })) as "sgd"
  ] as readonly [string, number?];
  return new NamedOptimizer(className, rate);
}
