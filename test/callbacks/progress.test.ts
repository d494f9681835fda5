import { describe, expect, it } from "vitest";
import type { Logs } from "wasm-cnn";
import { ProgressBar, progressCallback } from "../../src/cli/progress.js";
import { loadVectors } from "../vectors/load.js";

/** An output that keeps what is written, and a clock that is set by hand. */
function recorder(options: { redraw: boolean; color?: boolean; columns?: number }) {
  const recorded = {
    text: "",
    seconds: 0,
    color: true,
    write: (text: string) => {
      recorded.text += text;
    },
    now: () => recorded.seconds,
    ...options,
  };
  return recorded;
}

describe("progressCallback writes what Keras writes", () => {
  // Verbose 2 of Keras forgets the sign when it chooses the form of a number; a loss or accuracy here is never negative.
  const cases = loadVectors("progress").filter(({ name, verbose }) => verbose === 1 || !name.startsWith("negative"));
  it.each(cases.map((vector) => [`${vector.name}, verbose ${vector.verbose}`, vector] as const))("%s", (_, vector) => {
    const output = recorder({ redraw: vector.verbose === 1 });
    const progress = progressCallback(vector.epochs, vector.steps, output);
    progress.onEpochBegin?.(0);
    expect(output.text).toBe(vector.begin);
    for (const { seconds, batch, logs, text } of vector.events) {
      output.text = "";
      output.seconds = seconds;
      if (batch === "end") progress.onEpochEnd?.(0, logs as Logs);
      else progress.onBatchEnd?.(batch, logs as Logs);
      // Keras steps back over the whole line before the carriage return that does the same.
      expect(output.text).toBe(text.replaceAll("\b", ""));
    }
  });
});

describe("progressCallback", () => {
  it("ends the line of an epoch that was interrupted, once", () => {
    const output = recorder({ redraw: true });
    const progress = progressCallback(5, 10, output);
    progress.onEpochBegin?.(0);
    progress.onBatchEnd?.(0, { loss: 1 });
    output.text = "";
    progress.end();
    progress.end();
    expect(output.text).toBe("\n");
  });

  it("has nothing to end after a finished epoch or before the first", () => {
    const output = recorder({ redraw: true });
    const progress = progressCallback(1, 1, output);
    progress.end();
    progress.onEpochBegin?.(0);
    progress.onEpochEnd?.(0, { loss: 1 });
    progress.end();
    expect(output.text.split("\n")).toHaveLength(2);
  });
});

describe("ProgressBar", () => {
  it("tells done from open without colours", () => {
    const output = recorder({ redraw: true, color: false });
    new ProgressBar(8, output).update(2, { loss: 0.5 });
    expect(output.text).toBe("\r2/8 ━━━━━─────────────── 0s 0s/step - loss: 0.5000");
  });

  it("shrinks the bar so that the line stays within a narrow terminal", () => {
    const output = recorder({ redraw: true, color: false, columns: 40 });
    const bar = new ProgressBar(8, output);
    bar.update(4, { loss: 0.5 });
    expect(output.text).toBe("\r4/8 ━━━━───── 0s 0s/step - loss: 0.5000");
    expect(output.text.slice(1)).toHaveLength(39);
  });

  it.each([
    [60, "\r 80/938 ─── 12s 15ms/step - accuracy: 0.9012 - loss: 0.3456"],
    [50, "\r 80/938 ───── 12s accuracy: 0.9012 - loss: 0.3456"],
    [45, "\r 80/938  12s accuracy: 0.9012 - loss: 0.3456"],
    [40, "\r 80/938 ────────── 12s accuracy: 0.9012"],
    [20, "\r 80/938 ────── 12s "],
  ])("never reaches the last of %i columns, and says what has room", (columns, text) => {
    const output = recorder({ redraw: true, color: false, columns });
    const bar = new ProgressBar(938, output);
    output.seconds = 1.2;
    bar.update(80, { accuracy: 0.9012, loss: 0.3456 });
    expect(output.text).toBe(text);
    expect(output.text.slice(1).length).toBeLessThan(columns);
  });

  it("redraws at most every 50 ms, but always at the end", () => {
    const output = recorder({ redraw: true, color: false });
    const bar = new ProgressBar(3, output);
    const drawn: boolean[] = [];
    for (const [step, seconds] of [
      [1, 0.01],
      [2, 0.059],
      [2, 0.061],
      [3, 0.062],
    ] as const) {
      output.text = "";
      output.seconds = seconds;
      bar.update(step, { loss: 1 });
      drawn.push(output.text !== "");
    }
    expect(drawn).toEqual([true, false, true, true]);
  });
});
