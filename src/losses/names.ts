import { toSnakeCase } from "../base/case.js";
import { checkChoice } from "../base/check.js";

export type CamelCase<S extends string> = S extends `${infer A}_${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;

/** Losses that are called as their classes are. */
const NAMES = [
  ...["binary_crossentropy", "binary_focal_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy"],
  ...["categorical_generalized_cross_entropy", "categorical_hinge", "cosine_similarity", "dice", "hinge", "huber"],
  ...["log_cosh", "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error"],
  ...["mean_squared_logarithmic_error", "poisson", "sparse_categorical_crossentropy", "squared_hinge", "tversky"],
] as const;
/** Other names of losses, with the classes. */
const OTHERS = {
  bce: "BinaryCrossentropy",
  huber_loss: "Huber",
  kl_divergence: "KLDivergence",
  kullback_leibler_divergence: "KLDivergence",
  kld: "KLDivergence",
  logcosh: "LogCosh",
  mae: "MeanAbsoluteError",
  mape: "MeanAbsolutePercentageError",
  mse: "MeanSquaredError",
  msle: "MeanSquaredLogarithmicError",
} as const;

export type KerasLossName = (typeof NAMES)[number] | keyof typeof OTHERS;

/** Class names by Keras' names. */
export type ClassNames = Readonly<Record<string, string>>;

/** `MeanSquaredError` for `mean_squared_error`; others as they are given. */
export function classNames(names: readonly string[], others: ClassNames): ClassNames {
  const pascal = (name: string) => name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { ...Object.fromEntries(names.map((name) => [name, pascal(name)])), ...others };
}

export const lossClassNames: ClassNames = /* @__PURE__ */ classNames(NAMES, OTHERS);

/** A name as Keras has it, which takes MSE, KLD and the like too; in camel case it may be given as well. */
function snakeCase(value: string, known: ClassNames): string {
  const short = value.toLowerCase();
  return Object.hasOwn(known, short) ? short : toSnakeCase(value);
}

/** Whether one of these names is meant, in any form. */
export function isKnown(value: string, known: ClassNames): boolean {
  return Object.hasOwn(known, snakeCase(value, known));
}

/**
 * The one of these names that a value means, in any form.
 * @param more names that are known beside them
 * @throws RangeError if it is none of them
 */
export function kerasNameOf(where: string, value: string, known: ClassNames, more: readonly string[] = []): string {
  if (!isKnown(value, known)) checkChoice(where, value, [...more, ...Object.keys(known)]);
  return snakeCase(value, known);
}
