import { show } from "../base/check.js";
import { OnDemand } from "../base/onDemand.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { CategoricalCrossentropy } from "./categoricalCrossentropy.js";
import { Loss, type RecordedLoss } from "./loss.js";
import { type CamelCase, isKnown, type KerasLossName, kerasNameOf, lossClassNames } from "./names.js";
import { registeredLosses } from "./registered.js";

/** A loss by its name, as Keras has it or in camel case: `mean_squared_error`, `meanSquaredError`, `mse`. */
export type LossName = KerasLossName | CamelCase<KerasLossName>;

/** All of them: imported when a model names one that is not there at once, or a file holds one with options. */
export const lossRegistry = /* @__PURE__ */ new OnDemand(() => import("./registry.js"));

/** A loss that is known by name, and imported before it is asked for anything but its name. */
class NamedLoss extends Loss {
  readonly name: string;
  #found: Loss | undefined;

  constructor(name: string, className: string) {
    super(className);
    this.name = name;
  }

  override load(): Promise<void> {
    return lossRegistry.load();
  }

  override get isLoaded(): boolean {
    return lossRegistry.isLoaded;
  }

  get #loaded(): Loss {
    this.#found ??= lossRegistry.part.lossByClass(this.className);
    return this.#found;
  }

  targetShape(output: Shape): Shape {
    return this.#loaded.targetShape(output);
  }

  override weightShape(output: Shape): Shape {
    return this.#loaded.weightShape(output);
  }

  override checkTarget(where: string, data: ArrayLike<number>, output: Shape): void {
    this.#loaded.checkTarget?.(where, data, output);
  }

  /** What is not said has its default. */
  override config(): Record<string, unknown> {
    return {};
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return this.#loaded.record(program, output, target, weights);
  }
}

/** Whether a loss here has this name, in any form. */
export function isLossName(value: string): boolean {
  return isKnown(value, lossClassNames);
}

/** @throws RangeError for a name that no loss has, TypeError for another kind of value */
export function resolveLoss(where: string, value: LossName | Loss): Loss {
  if (value instanceof Loss) {
    // What a model is trained with, its own checkpoints may name.
    if (value.isFunction) registeredLosses.add(value);
    return value;
  }
  if (typeof value !== "string") {
    throw new TypeError(`${where}: expected the name of a loss or a loss, got ${show(value)}`);
  }
  const own = registeredLosses.get(value);
  if (own) return own;
  const name = kerasNameOf(where, value, lossClassNames);
  const className = lossClassNames[name]!;
  return className === "CategoricalCrossentropy" ? new CategoricalCrossentropy() : new NamedLoss(name, className);
}
