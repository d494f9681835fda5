import type { Callback } from "../index.js";
import { fixed, metric, remainingTime, stepTime } from "./numberFormat.js";

const barWidth = 20;
const redrawInterval = 0.05;

/** Where progress goes, and in which form. */
export interface ProgressOutput {
  /** Takes the text as it is, line breaks included. */
  write: (text: string) => void;
  /** True: one line, redrawn in place (Keras' verbose 1). False: one plain line an epoch (Keras' verbose 2). */
  redraw: boolean;
  /** Whether the redrawn line is bold and green, as in Keras. */
  color: boolean;
  /** Width of the terminal; the bar shrinks where the line would not fit. Default: unlimited. */
  columns?: number | undefined;
  /** The time in seconds. Default: `performance.now()`. */
  now?: () => number;
}

/** One epoch's progress line, as Keras' `Progbar`, with metrics shown as they come. */
export class ProgressBar {
  #output: ProgressOutput;
  #target: number;
  #start: number;
  #lastRedraw = Number.NEGATIVE_INFINITY;
  #afterFirstStep: number | undefined;
  #lineWidth = 0;

  /** `target` is the number of steps in the epoch, at least 1. */
  constructor(target: number, output: ProgressOutput) {
    this.#target = target;
    this.#output = output;
    this.#start = this.#now();
  }

  /** Shows that `current` steps (at least 1) are done. The `final` update ends the line; others are dropped when they come too fast. */
  update(current: number, logs: Readonly<Record<string, number>>, final = current >= this.#target): void {
    const now = this.#now();
    const perStep = this.#secondsPerStep(current, now);
    const count = `${String(current).padStart(String(this.#target).length)}/${this.#target}`;
    const elapsed = `${fixed(now - this.#start, 0)}s`;
    const named = Object.entries(logs).map(([name, value]) => ` - ${name}: ${metric(value)}`);
    const parts = [stepTime(perStep), ...named];
    if (!this.#output.redraw) {
      if (final) this.#output.write(`${count} - ${elapsed} - ${parts.join("")}\n`);
    } else if (final || now - this.#lastRedraw >= redrawInterval) {
      const time = final ? elapsed : remainingTime(perStep * (this.#target - current));
      this.#redraw(count, current / this.#target, time, parts);
      if (final) this.end();
      this.#lastRedraw = now;
    }
  }

  /** Leaves a line that was not finished standing as it is, so that other text can follow below. */
  end(): void {
    if (this.#lineWidth > 0) this.#output.write("\n");
    this.#lineWidth = 0;
  }

  #now(): number {
    return this.#output.now?.() ?? performance.now() / 1000;
  }

  /** The mean duration of a step, without the first one (it includes what is set up on first use) as soon as there are more. */
  #secondsPerStep(current: number, now: number): number {
    const first = this.#afterFirstStep;
    if (current === 1) this.#afterFirstStep = now;
    return first !== undefined && current > 1 ? (now - first) / (current - 1) : (now - this.#start) / current;
  }

  /** Draws the line, with a bar for the share that is `done`, over the one before. */
  #redraw(count: string, done: number, time: string, parts: readonly string[]): void {
    const { write, color, columns = Number.POSITIVE_INFINITY } = this.#output;
    const style = (code: number, text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
    // A line that reaches the last column would wrap, and the next redraw would leave it standing: on narrow terminals the bar
    // shrinks, then the time of a step goes, then metrics from the last on.
    const room = columns - 1 - `${count}  ${time} `.length;
    let shown = parts;
    if (parts.join("").length > room)
      shown = parts.slice(1).map((part, i) => (i === 0 ? part.slice(" - ".length) : part));
    while (shown.length > 0 && shown.join("").length > room) shown = shown.slice(0, -1);
    const rest = shown.join("");
    const textWidth = `${count}  ${time} ${rest}`.length;
    const width = Math.max(0, Math.min(barWidth, columns - 1 - textWidth));
    const doneWidth = Math.trunc(width * done);
    // Without colours the rest of the bar needs another shape than what is done.
    const open = style(37, (color ? "━" : "─").repeat(width - doneWidth));
    const bar = (doneWidth > 0 ? style(32, "━".repeat(doneWidth)) : "") + open;
    const erased = " ".repeat(Math.max(0, this.#lineWidth - textWidth - width));
    write(`\r${style(1, count)} ${bar} ${style(1, time)} ${rest}${erased}`);
    this.#lineWidth = textWidth + width;
  }
}

export interface ProgressCallback extends Callback {
  /** To be called when `fit` has ended, also early: ends the line of an unfinished epoch. */
  end(): void;
}

/** A callback for `fit` that shows an `Epoch 1/5` line (when there are several epochs) and a progress line for each epoch. */
export function progressCallback(epochs: number, steps: number, output: ProgressOutput): ProgressCallback {
  let bar: ProgressBar | undefined;
  return {
    onEpochBegin(epoch) {
      if (epochs > 1) output.write(`Epoch ${epoch + 1}/${epochs}\n`);
      bar = new ProgressBar(steps, output);
    },
    onBatchEnd(batch, logs) {
      // As in Keras, where the one-line form takes the first step into its mean.
      if (output.redraw) bar?.update(batch + 1, logs, false);
    },
    onEpochEnd(_epoch, logs) {
      bar?.update(steps, logs, true);
    },
    end() {
      bar?.end();
    },
  };
}
