import { progressOutput } from "#platform";
import { checkOptions, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { ProgressOutput } from "../platform/progressOutput.js";
import type { Callback, CallbackParams } from "./callback.js";
import type { Logs } from "./logs.js";
import { ProgressLine } from "./progressLine.js";

/** Options of `ProgressBar`. */
export interface ProgressBarOptions {
  /** 1: a line that is redrawn, on a terminal; 2: one line at the end, also in a browser's console. Default 1. */
  verbose?: 1 | 2 | undefined;
  /** Where it goes. Default: standard output, or the console. */
  output?: ProgressOutput | undefined;
}

/** Keras' progress lines for `fit`, `evaluate` and `predict`. `verbose: 1` in their options adds it. */
export class ProgressBar extends Raw implements Callback {
  readonly #output: ProgressOutput | undefined;
  #epochs = 1;
  #steps: number | undefined;
  #line: ProgressLine | undefined;
  #seen = 0;
  #isTraining = false;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: ProgressBarOptions = {}) {
    super();
    checkOptions("ProgressBar", options, ["verbose", "output"]);
    const { verbose = 1, output } = options;
    if (verbose !== 1 && verbose !== 2) {
      throw new RangeError(`ProgressBar.verbose: expected 1 or 2, got ${show(verbose)}`);
    }
    if (output !== undefined && typeof output?.write !== "function") {
      throw new TypeError(`ProgressBar.output: expected an object with write, got ${show(output)}`);
    }
    this.#output = output ?? outputFor(verbose);
  }

  setParams({ epochs, steps }: CallbackParams): void {
    this.#epochs = epochs;
    this.#steps = steps;
    this.#isTraining = false;
  }

  onTrainBegin(): void {
    // Validation is silent.
    this.#isTraining = true;
  }

  onEpochBegin(epoch: number): void {
    if (this.#epochs > 1) this.#output?.write(`Epoch ${epoch + 1}/${this.#epochs}\n`);
    this.#begin();
  }

  onBatchEnd(batch: number, logs: Logs): void {
    this.#update(batch, logs);
  }

  onEpochEnd(_epoch: number, logs: Logs): void {
    this.#finish(logs);
  }

  onTestBegin(): void {
    if (!this.#isTraining) this.#begin();
  }

  onTestBatchEnd(batch: number, logs: Logs): void {
    if (!this.#isTraining) this.#update(batch, logs);
  }

  onTestEnd(logs: Logs): void {
    if (!this.#isTraining) this.#finish(logs);
  }

  onPredictBegin(): void {
    this.#begin();
  }

  onPredictBatchEnd(batch: number): void {
    this.#update(batch, {});
  }

  onPredictEnd(): void {
    this.#finish({});
  }

  onFailure(): void {
    this.#line?.end();
  }

  #begin(): void {
    this.#seen = 0;
    this.#line = this.#output && new ProgressLine(this.#steps, this.#output);
  }

  #update(batch: number, logs: Readonly<Record<string, number>>): void {
    this.#seen = batch + 1;
    // As in Keras, where the one-line form takes the first step into its mean.
    if (this.#output?.redraw) this.#line?.update(this.#seen, logs, false);
  }

  #finish(logs: Readonly<Record<string, number>>): void {
    // Keras shows the number of steps that it expected, also where training was stopped before.
    this.#steps ??= this.#seen;
    this.#line?.update(this.#steps, logs, true);
  }
}

seeThroughProxies(ProgressBar);

/** Undefined: nothing is shown. */
function outputFor(verbose: 1 | 2): ProgressOutput | undefined {
  const output = progressOutput();
  if (!output) return verbose === 2 ? consoleOutput() : undefined;
  return verbose === 1 ? output : { write: output.write, redraw: false, color: false };
}

/** A line is one message. */
function consoleOutput(): ProgressOutput {
  return { write: (text) => console.log(text.trimEnd()), redraw: false, color: false };
}
