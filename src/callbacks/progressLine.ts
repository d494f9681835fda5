import { fixed, metric, remainingTime, stepTime } from "../base/numberFormat.js";
import type { ProgressOutput } from "../platform/progressOutput.js";

const barWidth = 20;
const redrawInterval = 0.05;

/** One epoch's progress line, as Keras' `Progbar`, with metrics shown as they come. */
export class ProgressLine {
  #output: ProgressOutput;
  #target: number | undefined;
  #start: number;
  #lastRedraw = Number.NEGATIVE_INFINITY;
  #afterFirstStep: number | undefined;
  #lineWidth = 0;

  /** `target` is the number of steps in the epoch, at least 1; undefined: only the end of the data tells. */
  constructor(target: number | undefined, output: ProgressOutput) {
    this.#target = target;
    this.#output = output;
    this.#start = this.#now();
  }

  /**
   * Shows that `current` steps (at least 1) are done. The `final` update ends the line, and tells the number of steps; others are dropped
   * when they come too fast.
   */
  update(current: number, logs: Readonly<Record<string, number>>, final: boolean): void {
    if (final) this.#target ??= current;
    const target = this.#target;
    const { redraw, write } = this.#output;
    const now = this.#now();
    const perStep = this.#secondsPerStep(current, now);
    const elapsed = `${fixed(now - this.#start, 0)}s`;
    const named = Object.entries(logs).map(([name, value]) => ` - ${name}: ${metric(value, !redraw)}`);
    const parts = [stepTime(perStep), ...named];
    if (!redraw) {
      if (final) write(`${countOf(current, target)} - ${elapsed} - ${parts.join("")}\n`);
    } else if (final || now - this.#lastRedraw >= redrawInterval) {
      const time = final || target === undefined ? elapsed : remainingTime(perStep * (target - current));
      this.#redraw(countOf(current, target), target && current / target, time, parts);
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

  /** Draws the line, with a bar for the share that is `done` if that is known, over the one before. */
  #redraw(count: string, done: number | undefined, time: string, parts: readonly string[]): void {
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
    const gap = done === undefined ? " " : "  ";
    const textWidth = `${count}${gap}${time} ${rest}`.length;
    const width = done === undefined ? 0 : Math.max(0, Math.min(barWidth, columns - 1 - textWidth));
    const doneWidth = Math.trunc(width * (done ?? 0));
    // Without colours the rest of the bar needs another shape than what is done.
    const open = style(37, (color ? "━" : "─").repeat(width - doneWidth));
    const bar = (doneWidth > 0 ? style(32, "━".repeat(doneWidth)) : "") + open;
    const head = done === undefined ? count : `${style(1, count)} ${bar}`;
    const erased = " ".repeat(Math.max(0, this.#lineWidth - textWidth - width));
    write(`\r${head} ${style(1, time)} ${rest}${erased}`);
    this.#lineWidth = textWidth + width;
  }
}

function countOf(current: number, target: number | undefined): string {
  if (target === undefined) return `${String(current).padStart(7)}/Unknown`;
  return `${String(current).padStart(String(target).length)}/${target}`;
}
