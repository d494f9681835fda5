import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type Logs, ProgressBar } from "wasm-cnn";
import { ProgressLine } from "../../src/callbacks/progressLine.js";
import { smallData, smallModel } from "../model/small.js";
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

const params = (epochs: number, steps: number | undefined) => ({ epochs, steps, metrics: [] });

describe("ProgressBar writes what Keras writes", () => {
  const cases = loadVectors("progress");
  it.each(cases.map((vector) => [`${vector.name}, verbose ${vector.verbose}`, vector] as const))("%s", (_, vector) => {
    const output = recorder({ redraw: vector.verbose === 1 });
    const bar = new ProgressBar({ output });
    bar.setParams(params(vector.epochs, vector.steps ?? undefined));
    const calls = {
      fit: {
        begin: () => {
          bar.onTrainBegin();
          bar.onEpochBegin(0);
        },
        batchEnd: (batch: number, logs: Logs) => bar.onBatchEnd(batch, logs),
        end: (logs: Logs) => bar.onEpochEnd(0, logs),
      },
      evaluate: {
        begin: () => bar.onTestBegin(),
        batchEnd: (batch: number, logs: Logs) => bar.onTestBatchEnd(batch, logs),
        end: (logs: Logs) => bar.onTestEnd(logs),
      },
      predict: {
        begin: () => bar.onPredictBegin(),
        batchEnd: (batch: number) => bar.onPredictBatchEnd(batch),
        end: () => bar.onPredictEnd(),
      },
    }[vector.what];
    calls.begin();
    expect(output.text).toBe(vector.begin);
    for (const { seconds, batch, logs, text } of vector.events) {
      output.text = "";
      output.seconds = seconds;
      if (batch === "end") calls.end(logs as Logs);
      else calls.batchEnd(batch, logs as Logs);
      // Keras steps back over the whole line before the carriage return that does the same.
      expect(output.text).toBe(text.replaceAll("\b", ""));
    }
  });
});

describe("ProgressBar", () => {
  it("ends the line of an epoch that was interrupted, once", () => {
    const output = recorder({ redraw: true });
    const bar = new ProgressBar({ output });
    bar.setParams(params(5, 10));
    bar.onEpochBegin(0);
    bar.onBatchEnd(0, { loss: 1 });
    output.text = "";
    bar.onFailure();
    bar.onFailure();
    expect(output.text).toBe("\n");
  });

  it("has nothing to end after a finished epoch or before the first", () => {
    const output = recorder({ redraw: true });
    const bar = new ProgressBar({ output });
    bar.setParams(params(1, 1));
    bar.onFailure();
    bar.onEpochBegin(0);
    bar.onEpochEnd(0, { loss: 1 });
    bar.onFailure();
    expect(output.text.split("\n")).toHaveLength(2);
  });

  it("is silent about validation within a training, and is added by verbose", async () => {
    const lines: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
    onTestFinished(() => write.mockRestore());
    const { x, y } = smallData(40);
    const model = smallModel();
    await model.fit(x, y, { epochs: 2, batchSize: 16, validationSplit: 0.2, verbose: 2 });
    await model.evaluate(x, y, { verbose: 1 });
    await model.predict(x, { verbose: 2 });
    await model.fit(x, y);
    const time = String.raw`\d+s - \d+[mu]?s/step`;
    const logs = (prefix: string) => String.raw` - ${prefix}accuracy: [\d.e-]+ - ${prefix}loss: [\d.e-]+`;
    const epoch = `2/2 - ${time}${logs("")}${logs("val_")}\n`;
    const all = `^Epoch 1/2\n${epoch}Epoch 2/2\n${epoch}2/2 - ${time}${logs("")}\n2/2 - ${time}\n$`;
    expect(lines.join("")).toMatch(new RegExp(all));
    const verbose = 3 as 2;
    await expect(model.fit(x, y, { verbose })).rejects.toThrow("fit.verbose: expected 0, 1 or 2, got 3");
    await expect(model.predict(x, { verbose })).rejects.toThrow("predict.verbose: expected 0, 1 or 2, got 3");
  });
});

describe("ProgressLine", () => {
  it("tells done from open without colours", () => {
    const output = recorder({ redraw: true, color: false });
    new ProgressLine(8, output).update(2, { loss: 0.5 }, false);
    expect(output.text).toBe("\r2/8 ━━━━━─────────────── 0s 0s/step - loss: 0.5000");
  });

  it("shrinks the bar so that the line stays within a narrow terminal", () => {
    const output = recorder({ redraw: true, color: false, columns: 40 });
    const bar = new ProgressLine(8, output);
    bar.update(4, { loss: 0.5 }, false);
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
    const bar = new ProgressLine(938, output);
    output.seconds = 1.2;
    bar.update(80, { accuracy: 0.9012, loss: 0.3456 }, false);
    expect(output.text).toBe(text);
    expect(output.text.slice(1).length).toBeLessThan(columns);
  });

  it("redraws at most every 50 ms, but always at the end", () => {
    const output = recorder({ redraw: true, color: false });
    const bar = new ProgressLine(3, output);
    const drawn: boolean[] = [];
    for (const [step, seconds] of [
      [1, 0.01],
      [2, 0.059],
      [2, 0.061],
      [3, 0.062],
    ] as const) {
      output.text = "";
      output.seconds = seconds;
      bar.update(step, { loss: 1 }, step === 3);
      drawn.push(output.text !== "");
    }
    expect(drawn).toEqual([true, false, true, true]);
  });
});
