import { describe, expect, it } from "vitest";
import { TrainingRecord } from "../../src/cli/trainingRecord.js";
import { resultsObject, resultsText } from "../../src/cli/trainingResults.js";

const results = (record: TrainingRecord, interrupted = false) => ({
  record,
  test: interrupted ? undefined : { loss: 0.0004, accuracy: 0.96875 },
  interrupted,
  epochs: 2,
  steps: 3,
  threads: 0,
  relaxed: false,
  turbo: false,
  recipe: "tutorial",
  seed: 1,
  fingerprint: "ab".repeat(32),
  wasmCnn: "0.0.0",
});

/** A training on 100 images in batches of 40, of which so many steps are done. */
async function trained(steps: number): Promise<TrainingRecord> {
  const record = new TrainingRecord();
  const callback = record.callback(100, 40);
  for (let step = 0; step < steps; step++) {
    if (step % 3 === 0) await callback.onEpochBegin?.(step / 3);
    await callback.onBatchEnd?.(step % 3, { loss: 1 / (step + 1), accuracy: 0.5 });
    if (step % 3 === 2) await callback.onEpochEnd?.((step - 2) / 3, { loss: 1 / (step + 1), accuracy: 0.5 });
  }
  return record;
}

describe("TrainingRecord", () => {
  it("counts a short last batch as what it is", async () => {
    expect((await trained(2)).images).toBe(80);
    expect((await trained(3)).images).toBe(100);
    expect((await trained(4)).images).toBe(140);
  });

  it("keeps the finished epochs and the last step, counted from 1", async () => {
    const { epochs, reached, seconds } = await trained(4);
    expect(epochs).toEqual([{ epoch: 1, loss: 1 / 3, accuracy: 0.5, seconds: expect.any(Number) }]);
    expect(reached).toEqual({ epoch: 2, step: 1, loss: 1 / 4, accuracy: 0.5 });
    expect(seconds).toBeGreaterThan(0);
  });
});

describe("resultsText", () => {
  it("formats test figures as Keras formats metrics", async () => {
    expect(resultsText(results(await trained(6)))).toMatch(
      /^Test accuracy: 0.9688 - test loss: 4.0000e-04\nTraining: /,
    );
  });

  it("says where an interrupted training has stopped", async () => {
    const [first] = resultsText(results(await trained(5), true)).split("\n");
    expect(first).toBe("Interrupted in epoch 2/2 after step 2/3 - accuracy: 0.5000 - loss: 0.2000");
  });

  it("says when there was no training", async () => {
    expect(resultsText(results(await trained(0), true))).toBe("Interrupted before the first step");
  });
});

describe("resultsObject", () => {
  it("is valid JSON without a single step", async () => {
    const object = JSON.parse(JSON.stringify(resultsObject(results(await trained(0), true))));
    expect(object).toMatchObject({ interrupted: true, reached: null, epochs: [], seconds: 0, imagesPerSecond: 0 });
  });

  it("has no interruption in a finished training", async () => {
    const object = resultsObject(results(await trained(6)));
    expect(object).not.toHaveProperty("interrupted");
    expect(object).not.toHaveProperty("reached");
  });
});
