import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Sequential } from "wasm-cnn";
import { smallData, smallLayers, weightsOf } from "./small.js";

const { x, y } = smallData(96);
const options = { batchSize: 32, shuffle: false };

const workers = new Set<Worker>();
let mostWorkers = 0;
process.on("worker", (worker) => {
  workers.add(worker);
  mostWorkers = Math.max(mostWorkers, workers.size);
  worker.once("exit", () => workers.delete(worker));
});

/** Memories that have been made. */
let made: WebAssembly.Memory[] = [];
const { Memory } = WebAssembly;
let models: Sequential[] = [];

beforeEach(() => {
  made = [];
  mostWorkers = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      made.push(this);
    }
  };
});
afterEach(async () => {
  WebAssembly.Memory = Memory;
  for (const model of models) model.dispose();
  models = [];
  while (workers.size > 0) await new Promise(setImmediate);
});

function newModel(seed: number, threads: number | "auto"): Sequential {
  const model = new Sequential(smallLayers(), { seed });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  models.push(model);
  return model;
}

/** What each seed's model is after some epochs, trained alone on the calling thread. */
async function alone(seed: number, epochs: number): Promise<string> {
  const model = newModel(seed, 0);
  await model.fit(x, y, { ...options, epochs });
  const fingerprint = await model.fingerprint();
  model.dispose();
  return fingerprint;
}

describe("models of one process", () => {
  it("share one team and few memories, and go on where they were", async () => {
    const seeds = Array.from({ length: 60 }, (_, i) => i);
    const trained = seeds.map((seed) => newModel(seed, seed % 2 === 0 ? 2 : 3));
    for (const model of trained) await model.fit(x, y, options);
    const weights = trained.map(weightsOf);
    for (const model of trained) await model.fit(x, y, { ...options, initialEpoch: 1, epochs: 2 });
    expect(mostWorkers).toBe(3);
    expect(made.length).toBeLessThanOrEqual(40);
    for (const seed of [0, 7, 59]) {
      expect(await trained[seed]!.fingerprint()).toBe(await alone(seed, 2));
      expect(weightsOf(trained[seed]!)).not.toEqual(weights[seed]);
    }
  });

  it("keep weights that are set and read while they have no memory", async () => {
    const [first, other] = [newModel(1, 0), newModel(2, 0)];
    const before = weightsOf(first);
    const few = { data: x.data.subarray(0, 36), shape: [1, 6, 6, 1] };
    const expected = await other.predict(few);
    for (let seed = 10; seed < 60; seed++) await newModel(seed, 0).predict(few);
    expect(weightsOf(first)).toEqual(before);
    first.setWeights(weightsOf(other));
    expect(weightsOf(first)).toEqual(weightsOf(other));
    for (let seed = 60; seed < 110; seed++) await newModel(seed, 0).predict(few);
    expect(await first.predict(few)).toEqual(expected);
  });

  it("train to the same bits whatever another model has left in the memory", async () => {
    const expected = await alone(5, 1);
    const first = newModel(1, 2);
    await first.fit(x, y, options);
    const count = made.length;
    first.dispose();
    newModel(2, 0).countParams();
    await new Promise(setImmediate);
    // But for the words through which threads meet.
    for (const { buffer } of made) new Uint8Array(buffer, 8192).fill(255);
    const second = newModel(5, 2);
    await second.fit(x, y, options);
    expect(await second.fingerprint()).toBe(expected);
    expect(made.length).toBeLessThanOrEqual(count + 2);
  });

  it("train side by side, and each of them goes on", async () => {
    const [one, two] = [newModel(1, 2), newModel(2, 3)];
    const order: string[] = [];
    const train = (model: Sequential, name: string) =>
      model.fit(x, y, { ...options, epochs: 4, callbacks: { onEpochEnd: () => void order.push(name) } });
    await Promise.all([train(one, "one"), train(two, "two")]);
    expect(order.slice(0, 4).sort()).toEqual(["one", "one", "two", "two"]);
    expect([await one.fingerprint(), await two.fingerprint()]).toEqual([await alone(1, 4), await alone(2, 4)]);
    expect(mostWorkers).toBe(3);
  });

  it("go on when another one is disposed of while it waits or works", async () => {
    const fits = [1, 2, 3].map((seed) => {
      const model = newModel(seed, 2);
      return { model, fit: model.fit(x, y, { ...options, epochs: seed === 1 ? 30 : 3000 }) };
    });
    const gone = fits.slice(1).map(({ fit }) => expect(fit).rejects.toThrow(GONE("fit")));
    while (fits.some(({ model }) => model.backendInfo().threads === 0)) await new Promise(setImmediate);
    for (const { model } of fits.slice(1)) {
      model.dispose();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Promise.all(gone);
    await fits[0]!.fit;
    expect(await fits[0]!.model.fingerprint()).toBe(await alone(1, 30));
    expect(workers.size).toBe(2);
  });

  it("go on with new workers when one has ended in another one's job", async () => {
    const [one, two] = [newModel(1, 2), newModel(2, 2)];
    const fits = [one, two].map((model) => model.fit(x, y, { ...options, epochs: 200 }));
    const settled = Promise.allSettled(fits);
    while (two.backendInfo().threads === 0) await new Promise(setImmediate);
    await [...workers][0]!.terminate();
    const failed = (await settled).filter(({ status }) => status === "rejected");
    expect(failed).toEqual([
      { status: "rejected", reason: expect.objectContaining({ message: expect.stringMatching(/^threads: expected/) }) },
    ]);
    const fingerprints = [await one.fingerprint(), await two.fingerprint()];
    const expected = [await alone(1, 200), await alone(2, 200)];
    expect(fingerprints.filter((print, i) => print === expected[i])).toHaveLength(1);
  });

  it("say how much memory was asked for, and what helps, where there is none", () => {
    const model = newModel(1, 0);
    model.countParams();
    WebAssembly.Memory = new Proxy(Memory, {
      construct() {
        throw new RangeError("WebAssembly.Memory(): could not allocate memory");
      },
    });
    onTestFinished(() => {
      WebAssembly.Memory = Memory;
    });
    expect(() => newModel(2, 0).summary({ print: () => {} })).not.toThrow();
    const large = smallData(96);
    return expect(model.fit(large.x, large.y, { batchSize: 96 })).rejects.toThrow(
      /^memory: expected \d+\.\d MiB more for a model, got "WebAssembly.Memory\(\): could not allocate memory" with \d+ models alive, \d+ of them at work on \d+\.\d MiB; dispose\(\) models that are done with, .* smaller batchSize; .*ulimit -v.*--disable-wasm-trap-handler/,
    );
  });
});

const GONE = (where: string) =>
  new Error(`${where}: expected a model in use to the end, got dispose() in the meantime`);

describe.each([0, 2])("dispose with %i threads", (threads) => {
  it("ends fit, which rejects", async () => {
    const model = newModel(1, threads);
    const fit = model.fit(x, y, { epochs: 1e6 });
    const rejected = expect(fit).rejects.toThrow(GONE("fit"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    model.dispose();
    await rejected;
  });

  it("ends fit in a callback, also in its last one", async () => {
    for (const hook of ["onTrainBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"]) {
      const model = newModel(1, threads);
      await expect(model.fit(x, y, { callbacks: { [hook]: () => model.dispose() } })).rejects.toThrow(GONE("fit"));
    }
  });

  it("is told by whatever else is under way", async () => {
    const model = newModel(1, threads);
    const predict = model.predict(x);
    model.setWeights(weightsOf(model));
    const calls = {
      predict,
      evaluate: model.evaluate(x, y),
      activations: model.activations(x),
      trainOnBatch: model.trainOnBatch(x, y),
      snapshot: model.snapshot(),
    };
    model.dispose();
    const told = Object.entries(calls).map(([where, call]) =>
      expect(call, where).rejects.toThrow(`${where}: expected a model in use`),
    );
    await Promise.all(told);
  });

  it("leaves an abort its reason", async () => {
    const model = newModel(1, threads);
    const abort = new AbortController();
    const fit = model.fit(x, y, { epochs: 1e6, signal: abort.signal });
    const rejected = expect(fit).rejects.toBe("unmounted");
    await new Promise((resolve) => setTimeout(resolve, 20));
    abort.abort("unmounted");
    model.dispose();
    await rejected;
  });
});

it("a prediction under way is not disturbed by compile", async () => {
  const model = newModel(1, 2);
  const expected = await model.predict(x);
  const prediction = model.predict(x, { batchSize: 8 });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 2 });
  expect(await prediction).toEqual(expected);
});
