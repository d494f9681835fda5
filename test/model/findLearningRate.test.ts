import { describe, expect, it } from "vitest";
import { type BatchElement, Dataset, findLearningRate } from "wasm-cnn";
import { slice, smallData, smallModel } from "./small.js";

const { x, y } = smallData(64);

describe("findLearningRate", () => {
  it("trains with rates that rise by the same factor, and gives everything back", async () => {
    const [model, untouched] = [smallModel(), smallModel()];
    for (const each of [model, untouched]) await each.fit(x, y, { batchSize: 16 });
    const curve = await findLearningRate(model, x, y, {
      batchSize: 16,
      start: 1e-4,
      end: 1,
      steps: 9,
      divergence: 100,
    });
    expect(curve.learningRates.map((rate) => Math.log10(rate))).toEqual(
      Array.from({ length: 9 }, (_, i) => expect.closeTo(-4 + i / 2, 5)),
    );
    expect([curve.losses.length, curve.smoothed.length]).toEqual([9, 9]);
    expect(curve.learningRates).toContain(curve.suggestion);
    expect(curve.smoothed[0]).toBeCloseTo(curve.losses[0]!, 12);
    expect(curve.smoothed[1]).toBeCloseTo((0.09 * curve.losses[0]! + 0.1 * curve.losses[1]!) / 0.19, 12);
    const [{ compiled, progress }, other] = [await model.snapshot(), await untouched.snapshot()];
    expect([compiled, progress]).toEqual([other.compiled, other.progress]);
    // What comes after is what it would have been.
    for (const each of [model, untouched]) await each.fit(x, y, { batchSize: 16 });
    expect(await model.fingerprint()).toBe(await untouched.fingerprint());
  });

  it("gives the loss of each batch, before its step", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const { losses } = await findLearningRate(model, x, y, {
      batchSize: 32,
      shuffle: false,
      start: 1e-3,
      end: 2e-3,
      steps: 2,
    });
    for (const [i, rate] of [1e-3, 2e-3].entries()) {
      stepped.optimizer!.learningRate = rate;
      const { loss } = await stepped.trainOnBatch(slice(x, 32 * i, 32 * i + 32), slice(y, 32 * i, 32 * i + 32));
      expect(losses[i]).toBeCloseTo(loss, 6);
    }
  });

  it.each([
    ["of some batches", (all: Dataset<BatchElement>) => all],
    ["that never ends", (all: Dataset<BatchElement>) => all.repeat()],
  ])("takes a Dataset %s", async (_, change) => {
    const options = { start: 1e-4, end: 1, steps: 9, divergence: 100 };
    const dataset = change(Dataset.fromArrays({ x, y }).batch(16));
    const expected = await findLearningRate(smallModel(), x, y, { ...options, batchSize: 16, shuffle: false });
    expect(await findLearningRate(smallModel(), dataset, options)).toEqual({
      ...expected,
      losses: expected.losses.map((loss) => expect.closeTo(loss, 5)),
      smoothed: expected.smoothed.map((mean) => expect.closeTo(mean, 5)),
    });
    await expect(findLearningRate(smallModel(), dataset, { ...options, batchSize: 8 })).rejects.toThrow(
      "fit.batchSize: expected none with a Dataset, whose elements are the batches",
    );
  });

  it("passes on what is wrong with data, in a later batch too", async () => {
    const wrong = { data: Float32Array.from(x.data), shape: x.shape };
    wrong.data[wrong.data.length - 1] = Number.NaN;
    const dataset = Dataset.fromArrays({ x: wrong, y }).batch(16);
    await expect(findLearningRate(smallModel(), dataset)).rejects.toThrow("expected finite 32-bit numbers, got NaN at");
  });

  it("ends where the loss diverges", async () => {
    const model = smallModel();
    const { losses, smoothed } = await findLearningRate(model, x, y, {
      batchSize: 8,
      start: 1e-3,
      end: 1e6,
      steps: 60,
      divergence: 2,
    });
    expect(losses.length).toBeLessThan(60);
    expect(smoothed.slice(0, -1).every((mean, i) => mean <= 2 * Math.min(...smoothed.slice(0, i + 1)))).toBe(true);
  });

  it("refuses wrong options", async () => {
    const model = smallModel();
    for (const [options, message] of [
      [{ steps: 1 }, "findLearningRate.steps: expected an integer >= 2, got 1"],
      [{ start: 0 }, "findLearningRate.start: expected a finite number"],
      [{ start: 1, end: 1 }, "findLearningRate.end: expected a number above start, 1, got 1"],
      [{ smoothing: 1 }, "findLearningRate.smoothing: expected a finite number"],
      [{ epochs: 1 }, "findLearningRate: expected options among"],
    ] as const) {
      await expect(findLearningRate(model, x, y, options as object), message).rejects.toThrow(message);
    }
  });
});
