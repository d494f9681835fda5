import { checkChoice } from "../base/check.js";
import { OnDemand } from "../base/onDemand.js";
import { seeThroughProxies } from "../base/raw.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Shape } from "../engine/program/shape.js";
import { learningRate, Optimizer, type UpdateBlocks } from "./optimizer.js";
import { RMSprop } from "./rmsprop.js";

const MOMENTS = ["momentum", "velocity"] as const;

type Entry = readonly [className: string, slots: readonly string[], rate?: number, accumulator?: number];

/**
 * Those that are imported when a model that names them is about to run: class, names of the slots (see `Optimizer.ownSlots`),
 * learning rate, if that is not 0.001, and what the slot "accumulator" begins with, if that is not 0.
 */
const NAMES = {
  adafactor: ["Adafactor", ["r", "c", "velocity"]],
  adadelta: ["Adadelta", ["accumulated_grad", "accumulated_delta_var"]],
  adagrad: ["Adagrad", ["accumulator"], 0.001, 0.1],
  adam: ["Adam", MOMENTS],
  adamax: ["Adamax", ["momentum", "norm"]],
  adamw: ["AdamW", MOMENTS],
  ftrl: ["Ftrl", ["accumulator", "linear"], 0.001, 0.1],
  lamb: ["Lamb", MOMENTS],
  lion: ["Lion", ["momentum"]],
  muon: ["Muon", MOMENTS],
  nadam: ["Nadam", MOMENTS],
  sgd: ["SGD", [], 0.01],
} as const satisfies Record<string, Entry>;

/** An optimizer by its name, with its defaults: "adam", or as its class, "Adam". */
export type OptimizerName = "rmsprop" | "RMSprop" | keyof typeof NAMES | (typeof NAMES)[keyof typeof NAMES][0];

/** All of them: imported when a model that names one that is not there at once is about to run, or a file holds one. */
export const optimizerRegistry = /* @__PURE__ */ new OnDemand(() => import("./fromConfig.js"));

/** An optimizer with its defaults that is known by name, and imported before it is recorded. */
class NamedOptimizer extends Optimizer {
  protected readonly ownSlots: readonly (readonly string[])[];
  readonly #accumulator: number;
  #found: Optimizer | undefined;

  constructor(className: string, slots: readonly string[], rate = 0.001, accumulator = 0) {
    super(className, {}, { learningRate: learningRate(rate) });
    this.ownSlots = slots.length > 0 ? [slots] : [];
    this.#accumulator = accumulator;
  }

  override async load(): Promise<void> {
    if (this.#found) return;
    await optimizerRegistry.load();
    const found = optimizerRegistry.part.optimizerByName(this.className);
    await found.load();
    this.#found = found;
  }

  get #loaded(): Optimizer {
    if (!this.#found) throw new Error(`${this.className}: expected load() before this, got none`);
    // May have been set since.
    this.#found.learningRate = this.learningRate;
    return this.#found;
  }

  /** Asked for when the model's memory is made, which is before anything is imported. */
  override slotInitial(name: string): number {
    return name === "accumulator" ? this.#accumulator : 0;
  }

  override slotShape(name: string, shape: Shape, path: string): Shape | undefined {
    return this.#loaded.slotShape(name, shape, path);
  }

  override extraVariables(iterations: number): readonly number[] {
    return this.#loaded.extraVariables(iterations);
  }

  override scalars(iterations: number): number[] {
    return this.#loaded.scalars(iterations);
  }

  /** What is not said has its default. */
  override config(): Record<string, unknown> {
    return this.#found ? this.#loaded.config() : super.config();
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
  const known = checkChoice(where, name, ["rmsprop", ...Object.keys(NAMES)]) as keyof typeof NAMES;
  return new NamedOptimizer(...(NAMES[known] as Entry));
}
