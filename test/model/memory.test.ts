import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { memoriesOf } from "./memories.js";
import { smallData, smallModel } from "./small.js";

/** The size of the largest memory that is made while `task` runs. */
async function bytesOf(task: () => Promise<unknown>): Promise<number> {
  return Math.max(...(await memoriesOf(task)).map(({ buffer }) => buffer.byteLength));
}

describe("memory", () => {
  it("is asked for when a batch is larger than any before, and not again", async () => {
    const { x, y } = smallData(64);
    const part = (samples: number, { data, shape }: typeof x) => ({
      data: data.subarray(0, (samples * data.length) / 64),
      shape: [samples, ...shape.slice(1)],
    });
    const model = smallModel();
    const step = (samples: number) => memoriesOf(() => model.trainOnBatch(part(samples, x), part(samples, y)));
    expect(await step(8)).not.toHaveLength(0);
    expect(await step(8)).toHaveLength(0);
    expect(await step(3)).toHaveLength(0);
    await model.predict(x, { batchSize: 64 });
    expect(await memoriesOf(() => model.predict(x, { batchSize: 5 }))).toHaveLength(0);
    expect(await memoriesOf(() => model.predict(x, { batchSize: 64 }))).toHaveLength(0);
  });

  it("does not grow with the data set", async () => {
    const largest = (count: number) => {
      const { x, y } = smallData(count);
      const model = smallModel();
      return bytesOf(async () => {
        await model.fit(x, y, { batchSize: 16 });
        await model.evaluate(x, y, { batchSize: 16 });
        await model.predict(x, { batchSize: 16 });
      });
    };
    expect(await largest(3000)).toBe(await largest(16));
  });

  it("holds the activations of one shard, not of a batch", async () => {
    const wide = () =>
      new Sequential([
        layers.conv2d({ filters: 16, kernelSize: 1, inputShape: [32, 32, 1] }),
        layers.conv2d({ filters: 16, kernelSize: 1 }),
        layers.flatten(),
        layers.dense({ units: 2, activation: "softmax" }),
      ]);
    const bytes = async (samples: number) => {
      const model = wide();
      const data = new Float32Array(samples * 1024);
      return bytesOf(() => model.predict(data, { batchSize: samples }));
    };
    // A sample takes 64 KiB in each of two layers; what may grow with the batch are its input of 4 KiB and its output.
    const growth = ((await bytes(384)) - (await bytes(128))) / 256;
    expect(growth).toBeGreaterThan(4096 - 512);
    expect(growth).toBeLessThan(4096 + 512);
  });

  it("is enough for hundreds of models that are alive, as few of them work at a time", async () => {
    const { x } = smallData(3);
    const models = Array.from({ length: 200 }, (_, seed) => smallModel({ seed }));
    const memories = await memoriesOf(async () => {
      for (const model of models) await model.predict(x);
    });
    expect(memories.length).toBeLessThan(50);
    for (const seed of [0, 99, 199]) {
      expect(await models[seed]!.predict(x)).toEqual(await smallModel({ seed }).predict(x));
    }
    for (const model of models) model.dispose();
  });
});
