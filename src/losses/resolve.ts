import { checkChoice, show } from "../base/check.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { CategoricalCrossentropy } from "./categoricalCrossentropy.js";
import { Loss, type RecordedLoss } from "./loss.js";
import { registeredLosses, registerLoss } from "./registered.js";

/** Classes by Keras' names, and by its short ones. */
const NAMES = {
  binary_crossentropy: "BinaryCrossentropy",
  binary_focal_crossentropy: "BinaryFocalCrossentropy",
  categorical_crossentropy: "CategoricalCrossentropy",
  categorical_focal_crossentropy: "CategoricalFocalCrossentropy",
  categorical_generalized_cross_entropy: "CategoricalGeneralizedCrossEntropy",
  categorical_hinge: "CategoricalHinge",
  cosine_similarity: "CosineSimilarity",
  dice: "Dice",
  hinge: "Hinge",
  huber: "Huber",
  huber_loss: "Huber",
  kl_divergence: "KLDivergence",
  kullback_leibler_divergence: "KLDivergence",
  kld: "KLDivergence",
  log_cosh: "LogCosh",
  logcosh: "LogCosh",
  mean_absolute_error: "MeanAbsoluteError",
  mae: "MeanAbsoluteError",
  mean_absolute_percentage_error: "MeanAbsolutePercentageError",
  mape: "MeanAbsolutePercentageError",
  mean_squared_error: "MeanSquaredError",
  mse: "MeanSquaredError",
  mean_squared_logarithmic_error: "MeanSquaredLogarithmicError",
  msle: "MeanSquaredLogarithmicError",
  poisson: "Poisson",
  sparse_categorical_crossentropy: "SparseCategoricalCrossentropy",
  squared_hinge: "SquaredHinge",
  tversky: "Tversky",
} as const;

type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;

/** A loss by its name, as Keras has it or in camel case: `mean_squared_error`, `meanSquaredError`, `mse`. */
export type LossName = keyof typeof NAMES | CamelCase<keyof typeof NAMES>;

/** Imported when a name is first needed, for all of them. */
let registry: typeof import("./registry.js") | undefined;

/** A loss that is known by name, and imported before it is asked for anything but its name. */
class NamedLoss extends Loss {
  readonly name: string;
  #found: Loss | undefined;

  constructor(name: string, className: string) {
    super(className);
    this.name = name;
  }

  override async load(): Promise<void> {
    registry ??= await import("./registry.js");
  }

  override get isLoaded(): boolean {
    return registry !== undefined;
  }

  get #loaded(): Loss {
    this.#found ??= registry?.lossByClass(this.className);
    if (!this.#found) throw new Error(`${this.className}: expected load() before this, got none`);
    return this.#found;
  }

  targetShape(output: Shape): Shape {
    return this.#loaded.targetShape(output);
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

/** Keras' name for a name in any form. */
function nameOf(value: string): string {
  // Keras takes MSE, KLD and the like too.
  const short = value.toLowerCase();
  return Object.hasOwn(NAMES, short) ? short : value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whether a loss here has this name, in any form. */
export function isLossName(value: string): boolean {
  return Object.hasOwn(NAMES, nameOf(value));
}

/** @throws RangeError for a name that no loss has, TypeError for another kind of value */
export function resolveLoss(where: string, value: LossName | Loss): Loss {
  if (value instanceof Loss) {
    // What a model is trained with, its own checkpoints may name.
    if (value.isFunction) registerLoss(value);
    return value;
  }
  if (typeof value !== "string") {
    throw new TypeError(`${where}: expected the name of a loss or a loss, got ${show(value)}`);
  }
  const own = registeredLosses.get(value);
  if (own) return own;
  const name = nameOf(value);
  if (!Object.hasOwn(NAMES, name)) checkChoice(where, value, Object.keys(NAMES));
  const className = NAMES[name as keyof typeof NAMES];
  return className === "CategoricalCrossentropy" ? new CategoricalCrossentropy() : new NamedLoss(name, className);
}
