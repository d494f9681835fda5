import { describe, expect, it } from "vitest";
import { Pace } from "../../src/demo/pace.js";
import { Run } from "../../src/demo/run.js";

const settings = { batchSize: 10, learningRate: 0.001, epochs: 2, images: 25, seed: 1 };

describe("a run of the demo page", () => {
  it("turns means over the epoch into the values of the batches", () => {
    const run = new Run(1, settings, 100);
    // Losses 3, 1 and, for five images, 2.
    run.addBatch(0, 10, { loss: 3, accuracy: 0 });
    run.addBatch(1, 10, { loss: 2, accuracy: 0.25 });
    run.addBatch(2, 10, { loss: 2, accuracy: 0.4 });
    expect(run.training.loss).toEqual([3, 1, 2]);
    expect(run.training.accuracy).toEqual([0, 0.5, 1]);
    expect(run.training.epoch).toEqual([5 / 25, 15 / 25, 22.5 / 25]);
    run.endEpoch();
    run.addBatch(0, 10, { loss: 1, accuracy: 1 });
    expect(run.training.loss).toEqual([3, 1, 2, 1]);
    expect(run.training.epoch.at(-1)).toBe(1 + 5 / 25);
  });

  it("goes on where a stopped epoch ended", () => {
    const run = new Run(1, settings, 100);
    run.addBatch(0, 10, { loss: 3, accuracy: 0 });
    run.endEpoch();
    expect(run.progress).toBe(0.4);
    run.addBatch(0, 10, { loss: 1, accuracy: 0 });
    expect(run.progress).toBe(0.8);
  });

  it("counts a test of the same weights once", () => {
    const run = new Run(1, settings, 100);
    run.addTest(1, 0.5);
    run.addTest(1, 0.5);
    run.addBatch(0, 10, { loss: 3, accuracy: 0 });
    run.addTest(0.5, 0.8);
    expect(run.test.epoch).toEqual([0, 0.4]);
    expect(run.testAccuracy).toBe(0.8);
  });

  it("keeps no more than about a hundred points an epoch", () => {
    const run = new Run(1, { ...settings, images: 60_000, batchSize: 1 }, 100);
    for (let batch = 0; batch < 60_000; batch++) run.addBatch(batch, 1, { loss: 1, accuracy: 1 });
    expect(run.training.loss.length).toBeGreaterThan(50);
    expect(run.training.loss.length).toBeLessThan(100);
    expect(run.training.loss.every((loss) => Math.abs(loss - 1) < 1e-9)).toBe(true);
  });
});

describe("the pace of the demo page", () => {
  it("is that of the last seconds", () => {
    const pace = new Pace();
    pace.start(0);
    expect(pace.rate).toBeUndefined();
    for (let time = 100; time <= 10_000; time += 100) pace.add(64, time);
    expect(pace.rate).toBeCloseTo(640);
    for (let time = 10_200; time <= 20_000; time += 200) pace.add(64, time);
    expect(pace.rate).toBeCloseTo(320);
  });
});
