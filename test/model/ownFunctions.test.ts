import { describe, expect, it } from "vitest";
import {
  customLoss,
  customMetric,
  input,
  layers,
  losses,
  Model,
  metrics,
  modelFromBytes,
  modelFromJSON,
  modelFromSnapshot,
  registerLoss,
  registerMetric,
  Sequential,
} from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { smallData, smallLayers } from "./small.js";

const { x, y } = smallData(50);
const sampleWeight = Float32Array.from({ length: 50 }, (_, i) => (i % 4) / 2);

const squares = (name = "own_squares") =>
  customLoss({
    name,
    value: (t, p) => p.reduce((sum, value, i) => sum + (value - t[i]!) ** 2, 0) / p.length,
    gradient(t, p, gradient) {
      for (let i = 0; i < p.length; i++) gradient[i] = (2 * (p[i]! - t[i]!)) / p.length;
    },
  });

/** The greatest difference of target and output in all samples: two sums, of which the second is of no use. */
const within = (name = "own_within") =>
  customMetric({
    name,
    sums: 2,
    value: (t, p) => [Number(p.every((value, i) => Math.abs(value - t[i]!) < 0.5)), 1],
    result: ([hits, all], count) => [hits! / all!, count],
  });

function model(
  loss: Parameters<Sequential["compile"]>[0]["loss"],
  threads = 0,
  more: readonly unknown[] = [],
): Sequential {
  const made = new Sequential(smallLayers(), { seed: 1 });
  const list = ["mse", within(), ...more] as never;
  made.compile({ optimizer: "adam", loss, threads, metrics: list, weightedMetrics: [within("own_weighted")] });
  return made;
}

const SETTINGS = { epochs: 3, batchSize: 16, sampleWeight, validationData: [x, y] as const };

describe("losses and metrics of the user's own", () => {
  it("train as Keras' own do: the same losses, metrics and weights", async () => {
    const [own, known] = [model(squares()), model("mse")];
    const { history } = await own.fit(x, y, SETTINGS);
    const { history: expected } = await known.fit(x, y, SETTINGS);
    expect(Object.keys(history)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(expected)) {
      expectClose(history[name]!, values, { absolute: 1e-5, relative: 1e-5 }, name);
    }
    expect(history.own_within_1).toEqual([50, 50, 50]);
    const total = sampleWeight.reduce((sum, weight) => sum + weight, 0);
    expect(history.own_weighted_1).toEqual([total, total, total]);
    expect(history.own_weighted_0).not.toEqual(history.own_within_0);
    const weights = known.getWeights();
    for (const [i, { data }] of own.getWeights().entries()) {
      expectClose(data, weights[i]!.data, { absolute: 1e-4, relative: 1e-4 }, weights[i]!.name);
    }
    const [evaluated, theirs] = [await own.evaluate(x, y), await known.evaluate(x, y)];
    expect(evaluated.loss).toBeCloseTo(theirs.loss, 6);
    expect(evaluated.own_within_0).toBe(theirs.own_within_0);
  });

  it("give the same bits with any number of threads, and beside other metrics", async () => {
    const prints = await Promise.all(
      [0, 1, 3].map(async (threads) => {
        const made = model(squares(), threads, [squares("again"), "mae", within("third")]);
        const { history } = await made.fit(x, y, SETTINGS);
        return [await made.fingerprint(), JSON.stringify(history)];
      }),
    );
    expect(prints[1]).toEqual(prints[0]);
    expect(prints[2]).toEqual(prints[0]);
    const plain = model(squares());
    await plain.fit(x, y, SETTINGS);
    expect(await plain.fingerprint()).toBe(prints[0]![0]);
  });

  it("stand beside others in a model of several outputs", async () => {
    const both = (first: "mse" | ReturnType<typeof squares>) => {
      const x = input({ shape: [2] });
      const outputs = { a: layers.dense({ units: 2 }).apply(x), b: layers.dense({ units: 1 }).apply(x) };
      const made = new Model({ inputs: x, outputs, seed: 1 });
      made.compile({ optimizer: "sgd", loss: { a: first, b: "mae" }, lossWeights: { a: 0.5 }, threads: 0 });
      return made;
    };
    const data = { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => (i % 5) / 3) };
    const targets = { a: data, b: { shape: [6, 1], data: data.data.slice(0, 6) } };
    const run = async (made: Model) => (await made.fit(data, targets, { epochs: 3 })).history;
    const [own, known] = [await run(both(squares())), await run(both("mse"))];
    for (const [name, values] of Object.entries(known)) {
      expectClose(own[name]!, values, { absolute: 1e-6, relative: 1e-6 }, name);
    }
  });

  it("have their names in files, and are found there once they are registered", async () => {
    const saved = model(squares("kept_squares"), 0, [within("kept_within"), squares("kept_loss")]);
    await saved.fit(x, y, { epochs: 1, batchSize: 16 });
    const print = await saved.fingerprint();
    const bytes = await saved.toBytes("keras");
    const json = JSON.stringify(saved.toJSON());
    expect(json).toContain('"loss":"kept_squares"');
    const renamed = json.replaceAll("kept_squares", "lateSquares").replaceAll("kept_within", "late_within");
    expect(modelFromJSON(renamed).loadNotes.join()).toMatch(/loss: expected .*got "late_?squares"/);
    registerLoss(squares("lateSquares"));
    expect(modelFromJSON(renamed).loadNotes.join()).toMatch(/metrics: expected .*got "late_within"/);
    registerMetric(within("late_within"));
    expect(modelFromJSON(renamed).loadNotes).toEqual([]);
    await saved.fit(x, y, SETTINGS);
    const next = await saved.fingerprint();
    for (const format of ["keras", "h5"] as const) {
      const from = format === "keras" ? bytes : undefined;
      const again = await modelFromBytes(from ?? (await saved.toBytes(format)), format, { compile: true });
      expect(again.loadNotes).toEqual([]);
      expect(await again.fingerprint()).toBe(format === "keras" ? print : next);
      if (format === "h5") continue;
      await again.fit(x, y, SETTINGS);
      expect(await again.fingerprint()).toBe(next);
    }
    const copy = modelFromSnapshot(await saved.snapshot());
    expect(await copy.evaluate(x, y)).toEqual(await saved.evaluate(x, y));
    const named = new Sequential(smallLayers(), { seed: 1 });
    named.compile({ loss: "kept_squares" as never, metrics: ["kept_within" as never] });
    expect(Object.keys(await named.evaluate(x, y))).toEqual(["kept_within_0", "kept_within_1", "loss"]);
  });

  it("let a training go on at any step, in a process that has not registered them", async () => {
    const loss = () => squares("resumed_squares");
    const whole = model(loss());
    await whole.fit(x, y, SETTINGS);
    const files: Uint8Array<ArrayBuffer>[] = [];
    const saved = model(loss());
    await saved.fit(x, y, {
      ...SETTINGS,
      callbacks: { onBatchEnd: async () => void files.push(await saved.toBytes()) },
    });
    expect(files.length).toBe(12);
    for (const resumeFrom of files) {
      const resumed = model(loss());
      await resumed.fit(x, y, { ...SETTINGS, resumeFrom });
      expect(await resumed.fingerprint()).toBe(await whole.fingerprint());
    }
  });

  it("that throw end the training with the weights of the last step, on any number of threads", async () => {
    for (const threads of [0, 2]) {
      let calls = 0;
      const failing = customLoss({
        name: "failing",
        value: () => {
          if (++calls > 16) throw new Error("no more");
          return 1;
        },
        gradient: (_t, _p, gradient) => void gradient.fill(0.1),
      });
      const [made, stepped] = [model(failing, threads), model(failing, threads)];
      await expect(made.fit(x, y, { batchSize: 16, shuffle: false })).rejects.toThrow("no more");
      calls = 0;
      await stepped.fit(x, y, { batchSize: 16, shuffle: false, stepsPerEpoch: 1 });
      expect(await made.fingerprint()).toBe(await stepped.fingerprint());
      // And it works on.
      calls = -1000;
      await made.fit(x, y, { batchSize: 16 });
    }
  });

  it("that are not finite are said to be so", async () => {
    for (const threads of [0, 2]) {
      const infinite = customLoss({ name: "infinite", value: () => Infinity, gradient: () => {} });
      await expect(model(infinite, threads).fit(x, y)).rejects.toThrow(
        "fit: expected finite numbers, got NaN or Infinity in step 1, first in the loss",
      );
      const steep = customLoss({
        name: "steep",
        value: () => 1,
        gradient: (_t, _p, gradient) => void gradient.fill(Number.NaN),
      });
      await expect(model(steep, threads).fit(x, y)).rejects.toThrow("first in the input gradient of layer");
    }
  });

  it("of metrics refuse wrong options and what is no number", async () => {
    const value = () => 0;
    for (const [options, message] of [
      [{ value }, "customMetric.name: expected a text"],
      [{ name: "a" }, "customMetric.value: expected a function"],
      [{ name: "auc", value }, 'customMetric.name: expected a name that no metric here has, got "auc"'],
      [{ name: "loss", value }, "expected a name that no metric here has"],
      [{ name: "a", value, sums: 0 }, "customMetric.sums: expected an integer >= 1"],
    ] as const) {
      expect(() => customMetric(options as never)).toThrow(message);
    }
    expect(() => registerMetric(new metrics.AUC())).toThrow("registerMetric: expected what customMetric gives");
    const made = new Sequential(smallLayers(), { seed: 1 });
    made.compile({ loss: new losses.MeanSquaredError(), metrics: [customMetric({ name: "few", sums: 2, value })] });
    await expect(made.evaluate(x, y)).rejects.toThrow(
      'customMetric "few".value: expected a function that gives 2 numbers, got one that gives 0',
    );
  });
});
