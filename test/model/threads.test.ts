import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it } from "vitest";
import { type CompileOptions, layers, RMSprop, Sequential } from "wasm-cnn";
import { smallData, smallLayers, weightsOf } from "./small.js";

const { x, y } = smallData(333);

/** Workers that are alive. */
const workers = new Set<Worker>();
process.on("worker", (worker) => {
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
});

const models: Sequential[] = [];
afterEach(async () => {
  for (const model of models.splice(0)) model.dispose();
  while (workers.size > 0) await new Promise(setImmediate);
});

function threaded(threads: number, options: Partial<CompileOptions> = {}): Sequential {
  const model = new Sequential(smallLayers(), { seed: 1 });
  const optimizer = new RMSprop({ momentum: 0.5, centered: true });
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"], threads, ...options });
  models.push(model);
  return model;
}

/** A model whose steps take about 20 ms on one thread. */
function slowModel(threads: number): Sequential {
  const model = new Sequential(
    [
      layers.conv2d({ filters: 64, kernelSize: 5, activation: "relu", padding: "same", inputShape: [6, 6, 1] }),
      layers.conv2d({ filters: 64, kernelSize: 5, activation: "relu", padding: "same" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  models.push(model);
  return model;
}

describe("any number of threads gives the same bits", () => {
  // 333 samples: odd batches, short last ones of 1, 77 and 333 samples, more and fewer shards than slots.
  it.each([83, 256, 1000, 3])("in batches of %i", async (batchSize) => {
    const results = [];
    for (const threads of [0, 1, 2, 3, 5, 8]) {
      const model = threaded(threads);
      const { history } = await model.fit(x, y, { epochs: 2, batchSize, validationSplit: 0.1 });
      const logs = await model.evaluate(x, y, { batchSize });
      const { data } = await model.predict(x, { batchSize });
      results.push({ history, logs, data, fingerprint: await model.fingerprint() });
      const { shards, ...info } = model.backendInfo();
      expect(info).toMatchObject({ threads, reason: undefined, isolated: true });
      expect(shards).toHaveLength(Math.max(1, threads));
    }
    for (const result of results.slice(1)) expect(result).toEqual(results[0]);
  });

  it.each([1, 2, 3, 8])("and %i threads all do work", async (threads) => {
    const model = slowModel(threads);
    for (let epoch = 0; epoch < 20; epoch++) {
      await model.fit(x, y, { epochs: epoch + 1, initialEpoch: epoch, batchSize: 111 });
      if (model.backendInfo().shards.every((count) => count > 0)) break;
    }
    const { shards } = model.backendInfo();
    expect(shards).toHaveLength(threads);
    expect(Math.min(...shards)).toBeGreaterThan(0);
    expect(workers.size).toBe(threads);
  });

  it("and never stand still where there are more of them than cores", async () => {
    // V8 11 (Node 20) loses wake-ups then; with this network and 2 cores about every second of these trainings hung.
    const model = new Sequential(
      [
        layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape: [28, 28, 1] }),
        layers.maxPooling2d(),
        layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
        layers.flatten(),
        layers.dense({ units: 10, activation: "softmax" }),
      ],
      { seed: 1 },
    );
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 8 });
    models.push(model);
    const images = Float32Array.from({ length: 640 * 784 }, (_, i) => ((i * i) % 1009) / 1009);
    const targets = Float32Array.from({ length: 6400 }, (_, i) => (i % 10 === 3 ? 1 : 0));
    await model.fit(images, targets, { epochs: 3 });
    expect(model.backendInfo().threads).toBe(8);
  });

  it('also where "auto" goes from the calling thread to workers on the way', async () => {
    const [auto, alone] = [slowModel(0), slowModel(0)];
    auto.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    for (const model of [auto, alone]) await model.fit(x, y, { epochs: 4, batchSize: 32 });
    expect(await auto.fingerprint()).toBe(await alone.fingerprint());
    expect(alone.backendInfo().threads).toBe(0);
  });
});

describe("the calling thread", () => {
  it("is free while workers train: timers run, and the gaps are short", async () => {
    const model = slowModel(1);
    await model.trainOnBatch(x, y);
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const began = performance.now();
    // One kernel call after the other for a long time, but not here.
    for (let step = 0; step < 5; step++) await model.trainOnBatch(x, y);
    clearInterval(timer);
    expect(turns).toBeGreaterThan((performance.now() - began) / 100);
  });

  it("computes a few samples itself", async () => {
    const model = threaded(2);
    await model.predict({ data: x.data.subarray(0, 16 * 36), shape: [16, 6, 6, 1] });
    expect(model.backendInfo().threads).toBe(0);
    await model.predict(x);
    expect(model.backendInfo().threads).toBe(2);
  });

  it("leaves a few samples to others where the network is large", async () => {
    const image = [128, 128, 3];
    const wide = layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: "same", inputShape: image });
    const model = new Sequential([wide, layers.globalAveragePooling2d(), layers.dense({ units: 2 })], { seed: 1 });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError", threads: 2 });
    models.push(model);
    const one = { data: new Float32Array(128 * 128 * 3).fill(0.5), shape: [1, ...image] };
    await model.predict(one);
    expect(model.backendInfo().threads).toBe(0);
    const four = { data: new Float32Array(4 * 128 * 128 * 3).fill(0.5), shape: [4, ...image] };
    const { data } = await model.predict(four);
    expect(model.backendInfo().threads).toBe(2);
    expect([...data.subarray(6)]).toEqual([...(await model.predict(one)).data]);
  });

  it("is alone then: workers do not wake for what it computes itself", async () => {
    const [model, alone] = [slowModel(2), slowModel(0)];
    const few = { data: x.data.subarray(0, 16 * 36), shape: [16, 6, 6, 1] };
    // Workers know where the memory is once a job for them comes after the last new memory.
    for (const each of [model, alone]) {
      await each.predict(x);
      await each.activations(few);
      await each.trainOnBatch(x, y);
    }
    const expected = await alone.predict(few);
    const first = (model: Sequential) => ({ layers: [model.layers[0]!.name] });
    const maps = Object.values(await alone.activations(few, first(alone)));
    const [, before] = model.backendInfo().shards;
    for (let i = 0; i < 10; i++) {
      expect(await model.predict(few)).toEqual(expected);
      // A program that they do not know.
      expect(Object.values(await model.activations(few, first(model)))).toEqual(maps);
    }
    expect(model.backendInfo().shards[1]).toBe(before);
    expect(await model.trainOnBatch(x, y)).toEqual(await alone.trainOnBatch(x, y));
    expect(await model.fingerprint()).toBe(await alone.fingerprint());
  });

  it("reads the weights of a completed step at any time", async () => {
    const known = new Set<string>();
    const stepwise = slowModel(0);
    known.add(String(weightsOf(stepwise)));
    const options = { epochs: 6, batchSize: 111 };
    await stepwise.fit(x, y, {
      ...options,
      callbacks: { onBatchEnd: () => void known.add(String(weightsOf(stepwise))) },
    });
    const model = slowModel(2);
    let fitting = true;
    const fit = model.fit(x, y, options).finally(() => {
      fitting = false;
    });
    while (fitting) {
      expect(known.has(String(weightsOf(model)))).toBe(true);
      await new Promise(setImmediate);
    }
    await fit;
    expect(weightsOf(model)).toEqual(weightsOf(stepwise));
  });
});

describe("a worker that ends", () => {
  it("rejects the promise with its cause, and the weights are those of the last completed step", async () => {
    for (let delay = 0; delay < 6; delay++) {
      const model = slowModel(2);
      let weights = weightsOf(model);
      const onBatchEnd = () => {
        weights = weightsOf(model);
      };
      const fit = model.fit(x, y, { epochs: 1000, batchSize: 111, callbacks: { onBatchEnd } });
      const failed = expect(fit).rejects.toThrow(
        /^threads: expected the worker threads to go on, got one that ended: /,
      );
      while (model.backendInfo().threads < 2) await new Promise(setImmediate);
      await new Promise((resolve) => setTimeout(resolve, delay * 13));
      await [...workers][delay % 2]!.terminate();
      await failed;
      await expect(fit).rejects.toMatchObject({ cause: { message: expect.stringContaining("exit code 1") } });
      expect(weightsOf(model)).toEqual(weights);
      // The next call starts new ones.
      await model.trainOnBatch(x, y);
      expect(model.backendInfo()).toMatchObject({ threads: 2 });
      model.dispose();
      while (workers.size > 0) await new Promise(setImmediate);
    }
  });
});

describe("an abort", () => {
  it("is heard within a step, and leaves the weights of the last completed one", async () => {
    const model = slowModel(2);
    const abort = new AbortController();
    let weights = weightsOf(model);
    const onBatchEnd = (batch: number) => {
      weights = weightsOf(model);
      if (batch === 2) setTimeout(() => abort.abort("enough"), 5);
    };
    const { signal } = abort;
    await expect(model.fit(x, y, { batchSize: 10, signal, callbacks: { onBatchEnd } })).rejects.toBe("enough");
    expect(weightsOf(model)).toEqual(weights);
  });
});

describe("workers", () => {
  it("are ended by dispose, and by a new compile", async () => {
    const model = threaded(2);
    await model.fit(x, y);
    expect(workers.size).toBe(2);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 3 });
    await model.fit(x, y);
    while (workers.size > 3) await new Promise(setImmediate);
    model.dispose();
    while (workers.size > 0) await new Promise(setImmediate);
  });

  it("keep no process alive, nor does a model that is forgotten keep workers", async () => {
    const script = `
      import { layers, Sequential } from "wasm-cnn";
      import v8 from "node:v8";
      import vm from "node:vm";
      v8.setFlagsFromString("--expose-gc");
      const collect = vm.runInNewContext("gc");
      let workers = 0;
      process.on("worker", (worker) => { workers++; worker.once("exit", () => workers--); });
      async function train() {
        const model = new Sequential([layers.dense({ units: 3, activation: "softmax", inputShape: [4] })], { seed: 1 });
        model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 2 });
        await model.fit(new Float32Array(400), new Float32Array(300).fill(1 / 3));
        return model;
      }
      await train();
      const before = workers;
      for (let i = 0; i < 200 && workers > 0; i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(JSON.stringify([before, workers]));
      globalThis.kept = await train();
      console.log(workers);
    `;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const [code] = await once(child, "exit");
    expect({ code, output }).toEqual({ code: 0, output: "[2,0]\n2\n" });
  });
});
