import { appendText, writeText } from "#platform";
import { checkBoolean, checkOptions, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { Callback } from "./callback.js";
import type { Logs } from "./logs.js";
import { checkState } from "./state.js";

/** Options of `CSVLogger`. */
export interface CSVLoggerOptions {
  /** The file; what is there is replaced. */
  filename: string;
  /** Between two columns: one character. Default ",". */
  separator?: string | undefined;
  /** Whether rows are added to those of the file. Default false. */
  append?: boolean | undefined;
}

/**
 * Writes the logs of each epoch as a row of a CSV file, as Keras' `CSVLogger`: `epoch`, then the names in alphabetical order; `NA` where
 * there is no value. In Node.
 */
export class CSVLogger extends Raw implements Callback {
  readonly name = "CSVLogger";
  readonly #filename: string;
  readonly #separator: string;
  readonly #append: boolean;
  #keys: readonly string[] | undefined;
  /** Whether what is there is to be replaced, or gets a header. */
  #isNew = true;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: CSVLoggerOptions) {
    super();
    checkOptions("CSVLogger", options, ["filename", "separator", "append"]);
    const { filename, separator = ",", append = false } = options;
    if (typeof filename !== "string" || filename === "") {
      throw new TypeError(`CSVLogger.filename: expected a path, got ${show(filename)}`);
    }
    if (typeof separator !== "string" || !/^[^\r\n"]$/.test(separator)) {
      throw new RangeError(`CSVLogger.separator: expected one character, got ${show(separator)}`);
    }
    this.#filename = filename;
    this.#separator = separator;
    this.#append = checkBoolean("CSVLogger.append", append);
  }

  onTrainBegin(): void {
    this.#keys = undefined;
    this.#isNew = true;
  }

  /** @throws Error if the file cannot be written */
  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    let text = "";
    if (!this.#keys) {
      const keys = Object.keys(logs).sort();
      const isValidated = keys.some((key) => key.startsWith("val_"));
      this.#keys = isValidated ? keys : [...keys, ...keys.map((key) => `val_${key}`)];
    }
    const row = [epoch, ...this.#keys.map((key) => numberText(logs[key]))];
    if (this.#isNew) {
      const isEmpty = !this.#append || (await appendText(this.#filename, "")) === 0;
      if (isEmpty) text = this.#line(["epoch", ...this.#keys]);
    }
    text += this.#line(row);
    if (this.#isNew && !this.#append) await writeText(this.#filename, text);
    else await appendText(this.#filename, text);
    this.#isNew = false;
  }

  state(): unknown {
    return { isNew: this.#isNew, ...(this.#keys && { keys: [...this.#keys] }) };
  }

  restore(state: unknown): void {
    const { isNew, keys } = checkState<{ isNew: boolean; keys?: unknown }>(this.name, state, { isNew: "boolean" });
    if (keys !== undefined && !(Array.isArray(keys) && keys.every((key) => typeof key === "string"))) {
      throw new TypeError(`CSVLogger.restore: expected names as keys, got ${show(keys)}`);
    }
    this.#isNew = isNew;
    this.#keys = keys as readonly string[] | undefined;
  }

  #line(cells: readonly (string | number)[]): string {
    return `${cells.map((cell) => this.#quoted(String(cell))).join(this.#separator)}\r\n`;
  }

  #quoted(text: string): string {
    const isPlain = !text.includes(this.#separator) && !/["\r\n]/.test(text);
    return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
  }
}

seeThroughProxies(CSVLogger);

/** As Python writes it. */
function numberText(value: number | undefined): string {
  if (value === undefined) return "NA";
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return value.toFixed(1);
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
  }
  return String(value);
}
