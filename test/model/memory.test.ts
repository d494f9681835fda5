import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { layers, type Samples, Sequential } from "wasm-cnn";
import { smallData, smallModel } from "./small.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What the process holds after everything that can be has been freed. */
async function held() {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    collect();
  }
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return { heapUsed, arrayBuffers, external };
}

/** The memories that are made while `task` runs. */
async function memoriesOf(task: () => Promise<unknown>): Promise<WebAssembly.Memory[]> {
  const { Memory } = WebAssembly;
  const made: WebAssembly.Memory[] = [];
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  try {
    await task();
  } finally {
    WebAssembly.Memory = Memory;
  }
  return made;
}

/** The size of the largest memory that is made while `task` runs. */
async function bytesOf(task: () => Promise<unknown>): Promise<number> {
  return Math.max(...(await memoriesOf(task)).map(({ buffer }) => buffer.byteLength));
}

describe("memory", () => {
  it("stays constant over 2,000 steps", async () => {
    const model = smallModel();
    const { x, y } = smallData(800);
    const run = async () => {
      // 200 steps an epoch.
      const memories = await memoriesOf(() => model.fit(x, y, { epochs: 10, batchSize: 4 }));
      return { memories, ...(await held()) };
    };
    const rounds = [await run(), await run(), await run(), await run()] as const;
    expect(rounds[0].memories).not.toHaveLength(0);
    const growth = (what: "heapUsed" | "arrayBuffers" | "external") =>
      rounds.slice(1).map((round, i) => round[what] - rounds[i]![what]);
    for (const round of rounds.slice(1)) expect(round.memories).toHaveLength(0);
    expect(Math.max(...growth("arrayBuffers"))).toBeLessThanOrEqual(0);
    // The compiler of the engine comes and goes; what every step leaves behind is there in every round.
    expect(Math.min(...growth("external"))).toBeLessThanOrEqual(0);
    expect(Math.min(...growth("heapUsed"))).toBeLessThan(50_000);
  });

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

  it("keeps nothing of the caller's", async () => {
    const model = smallModel();
    const use = async () => {
      const { x, y } = smallData(20);
      const nested = [[...Array(6)].map(() => [...Array(6)].map(() => [1]))];
      await model.fit(x, y, { batchSize: 8, validationSplit: 0.2 });
      await model.evaluate(x, y);
      const { data } = await model.predict(x);
      await model.predict(nested as Samples);
      return [x.data, y.data, nested, data].map((array) => new WeakRef(array));
    };
    const refs = await use();
    await held();
    expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined, undefined, undefined]);
    await model.predict(smallData(1).x);
  });

  it("is given back by dispose", async () => {
    const model = smallModel();
    const { x, y } = smallData(8);
    const train = async () => (await memoriesOf(() => model.fit(x, y))).map((memory) => new WeakRef(memory));
    const refs = await train();
    await held();
    expect(refs.at(-1)!.deref()).toBeDefined();
    model.dispose();
    await held();
    expect(refs.map((ref) => ref.deref())).toEqual(refs.map(() => undefined));
  });
});
