import { checkChoice, checkNumber, show } from "../base/check.js";
import type { Logs } from "./logs.js";

/** What is watched in the logs. */
export interface MonitorOptions {
  /** The name in the logs. Default `val_loss`. */
  monitor?: string | undefined;
  /** Whether less is better or more. Default: as the name says; losses and errors fall, accuracies and their like rise. */
  mode?: "auto" | "min" | "max" | undefined;
  /** What is no more than this is no improvement. Default 0. */
  minDelta?: number | undefined;
}

const RISING =
  /acc(uracy)?$|auc|precision|recall|sensitivity|specificity|f_?1|f_?beta|iou|r2|cosine|correlation|concordance|true_?(pos|neg)/;
const FALLING =
  /loss|error|false_?(pos|neg)|entropy|hinge|divergence|poisson|log_?cosh|dice|tversky|^(mse|mae|mape|msle|rmse)$/;

/** Looks at one name in the logs, as Keras' callbacks do. */
export class Monitor {
  readonly name: string;
  readonly #where: string;
  readonly #minDelta: number;
  readonly #isMax: boolean;

  /** @throws TypeError, RangeError for wrong options, and for a name that does not say which way is better */
  constructor(where: string, { monitor = "val_loss", mode = "auto", minDelta = 0 }: MonitorOptions) {
    if (typeof monitor !== "string") throw new TypeError(`${where}.monitor: expected a name, got ${show(monitor)}`);
    checkChoice(`${where}.mode`, mode, ["auto", "min", "max"]);
    this.name = monitor;
    this.#where = where;
    this.#isMax = isRising(where, monitor, mode);
    this.#minDelta = Math.abs(checkNumber(`${where}.minDelta`, minDelta));
  }

  /**
   * Its value; undefined where the epoch had no validation.
   * @param known names that the logs may have
   * @throws RangeError if there is no such name
   */
  valueIn(logs: Logs, known: readonly string[]): number | undefined {
    const value = logs[this.name];
    if (value !== undefined || known.includes(this.name)) return value;
    const names = [...new Set([...Object.keys(logs), ...known])].join(", ");
    throw new RangeError(`${this.#where}.monitor: expected one of ${names}, got ${show(this.name)}`);
  }

  /** Whether a value is better than another by more than minDelta; anything is better than nothing. */
  improves(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return true;
    return this.#isMax ? value - this.#minDelta > reference : value + this.#minDelta < reference;
  }
}

/** Whether more of what has this name is better. @throws RangeError for a name that does not say it, if `mode` does not */
export function isRising(where: string, monitor: string, mode: "auto" | "min" | "max"): boolean {
  if (mode !== "auto") return mode === "max";
  const name = monitor
    .replace(/^val_/, "")
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase();
  // An entropy may have an accuracy's letters in it, but not at its end.
  if (FALLING.test(name)) return false;
  if (RISING.test(name)) return true;
  throw new RangeError(
    `${where}.mode: expected "min" or "max" for ${show(monitor)}, which does not say itself, got none`,
  );
}
