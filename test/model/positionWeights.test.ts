import { describe, expect, it } from "vitest";
import {
  customLoss,
  Dataset,
  input,
  layers,
  Model,
  metrics,
  optimizers,
  type SampleWeight,
  Sequential,
} from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";

const [vectors] = loadVectors("positionWeights") as [ReturnType<typeof loadVectors<"positionWeights">>[0]];
const { x, targets, sampleWeight, history, evaluated, weights, after } = vectors;

/** Segmentation with two outputs, from Keras' weights. */
function twoOutputs(threads = 0): Model {
  const image = input({ shape: [6, 5, 2] });
  const y = layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }).apply(image);
  const mask = layers.conv2d({ filters: 3, kernelSize: 1, activation: "softmax", name: "mask" }).apply(y);
  const edge = layers.conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid", name: "edge" }).apply(y);
  const model = new Model({ inputs: image, outputs: { mask, edge }, seed: 1 });
  model.compile({
    optimizer: new optimizers.SGD({ learningRate: 0.1 }),
    loss: { mask: "sparseCategoricalCrossentropy", edge: "binaryCrossentropy" },
    lossWeights: { mask: 1, edge: 0.5 },
    metrics: { mask: ["accuracy"] },
    weightedMetrics: {
      mask: ["accuracy", new metrics.MeanIoU({ numClasses: 3, sparseYPred: false })],
      edge: ["accuracy", new metrics.Precision()],
    },
    threads,
  });
  model.setWeights(weights.map(({ data }) => data));
  return model;
}

const SETTINGS = { epochs: 3, batchSize: 4, shuffle: false, sampleWeight };
/** Keras' names of the metrics. */
const logName = (name: string) => name.replace("_mean_io_u", "_iou");

describe("a weight for each place of the targets", () => {
  it("counts as in Keras: losses, weighted metrics, short last batch, evaluate, weights after training", async () => {
    const model = twoOutputs();
    const given = await model.fit(x, targets, SETTINGS);
    expect(Object.keys(given.history).map(logName).sort()).toEqual(Object.keys(history).sort());
    for (const [name, numbers] of Object.entries(given.history)) {
      expectClose(numbers, history[logName(name)]!, tolerances.layer, name);
    }
    const logs = await model.evaluate(x, targets, { batchSize: 4, sampleWeight });
    for (const [name, value] of Object.entries(logs))
      expectClose([value], [evaluated[logName(name)]!], tolerances.layer, name);
    for (const [i, { data }] of model.getWeights().entries()) {
      expectClose(data, after[i]!.data, tolerances.layer, `weight ${i}`);
    }
  });

  it("gives the same bits with any number of threads, from a Dataset, and resumed in the middle of an epoch", async () => {
    const model = twoOutputs();
    const whole = await model.fit(x, targets, SETTINGS);
    const print = await model.fingerprint();
    for (const threads of [1, 3]) {
      const other = twoOutputs(threads);
      expect((await other.fit(x, targets, SETTINGS)).history).toEqual(whole.history);
      expect(await other.fingerprint()).toBe(print);
    }
    const fromDataset = twoOutputs();
    const dataset = Dataset.fromArrays({ x, y: targets, sampleWeight }).batch(4);
    expect((await fromDataset.fit(dataset, { epochs: 3 })).history).toEqual(whole.history);
    expect(await fromDataset.fingerprint()).toBe(print);
    const files: Uint8Array<ArrayBuffer>[] = [];
    const saved = twoOutputs();
    const onBatchEnd = async () => void files.push(await saved.toBytes());
    await saved.fit(x, targets, { ...SETTINGS, callbacks: { onBatchEnd } });
    for (const bytes of files) {
      const resumed = twoOutputs();
      const { history: rest } = await resumed.fit(x, targets, { ...SETTINGS, resumeFrom: bytes });
      expect(await resumed.fingerprint()).toBe(print);
      for (const [name, numbers] of Object.entries(rest)) {
        expect(numbers).toEqual(numbers.length > 0 ? whole.history[name]!.slice(-numbers.length) : []);
      }
    }
  });

  it("goes with the samples when they are shuffled, split off, or given as validation data and single batches", async () => {
    const model = twoOutputs();
    const logs = await model.evaluate(x, targets, { sampleWeight });
    const [{ data }] = [x];
    const part = (from: { data: ArrayLike<number>; shape: readonly number[] }, begin: number, end: number) => {
      const size = from.data.length / 10;
      return {
        data: Float32Array.from(from.data).slice(begin * size, end * size),
        shape: [end - begin, ...from.shape.slice(1)],
      };
    };
    const parts = (all: typeof targets, begin: number, end: number) =>
      Object.fromEntries(Object.entries(all).map(([name, each]) => [name, part(each, begin, end)]));
    expect(data.length).toBe(10 * 60);
    expect(await model.testOnBatch(x, targets, { sampleWeight })).toEqual(logs);
    const [split, given] = [twoOutputs(), twoOutputs()];
    const a = await split.fit(x, targets, { sampleWeight, validationSplit: 0.3, batchSize: 4, shuffle: true });
    const validationData = [part(x, 7, 10), parts(targets, 7, 10), parts(sampleWeight, 7, 10)] as const;
    const b = await given.fit(part(x, 0, 7), parts(targets, 0, 7), {
      sampleWeight: parts(sampleWeight, 0, 7) as SampleWeight,
      validationData,
      batchSize: 4,
      shuffle: true,
    });
    expect(a.history).toEqual(b.history);
    const reversed = (each: { data: ArrayLike<number>; shape: readonly number[] }) => {
      const rows = Array.from({ length: 10 }, (_, i) => [...part(each, 9 - i, 10 - i).data]);
      return { data: Float32Array.from(rows.flat()), shape: each.shape };
    };
    const byName = (all: typeof targets) => Object.fromEntries(Object.entries(all).map(([n, e]) => [n, reversed(e)]));
    const turned = await given.evaluate(reversed(x), byName(targets), { sampleWeight: byName(sampleWeight) });
    const straight = await given.evaluate(x, targets, { sampleWeight });
    for (const [name, value] of Object.entries(straight)) expectClose([turned[name]!], [value], tolerances.layer, name);
  });

  it("counts 1 for outputs that are not named, and the same for all where it has no names", async () => {
    const model = twoOutputs();
    const plain = await model.evaluate(x, targets);
    const { mask } = sampleWeight;
    const one = await model.evaluate(x, targets, { sampleWeight: { mask } });
    expect(one.edge_loss).toBe(plain.edge_loss);
    expect(one.edge_precision).toBe(plain.edge_precision);
    expect(one.mask_loss).not.toBe(plain.mask_loss);
    expect(one.mask_accuracy).toBe(plain.mask_accuracy);
    const all = await model.evaluate(x, targets, { sampleWeight: mask });
    expect(all.mask_loss).toBe(one.mask_loss);
    expect(all.edge_loss).not.toBe(plain.edge_loss);
    const ones = { data: new Float32Array(300).fill(1), shape: [10, 6, 5] };
    const same = await model.evaluate(x, targets, { sampleWeight: ones });
    for (const [name, value] of Object.entries(plain)) expectClose([same[name]!], [value], tolerances.layer, name);
  });

  it("refuses what does not fit before anything changes", async () => {
    const model = twoOutputs();
    const print = await model.fingerprint();
    const wrong = (weights: unknown) => model.fit(x, targets, { sampleWeight: weights as SampleWeight });
    const of = (...shape: number[]) => ({ data: new Float32Array(shape.reduce((a, b) => a * b)), shape });
    await expect(wrong(of(10, 6, 4))).rejects.toThrow(
      "fit.sampleWeight: expected weights of shape (10,) or (10, 6, 5), got (10, 6, 4)",
    );
    await expect(wrong({ mask: of(10, 6, 5, 3) })).rejects.toThrow("fit.sampleWeight.mask: expected weights of shape");
    await expect(wrong({ masks: of(10) })).rejects.toThrow(
      'fit.sampleWeight: expected names among "edge", "mask", got "masks"',
    );
    await expect(wrong(of(9, 6, 5))).rejects.toThrow("expected one weight for each of 10 samples, got 9");
    await expect(wrong({ mask: [1, 2] })).rejects.toThrow(RangeError);
    expect(await model.fingerprint()).toBe(print);
    const own = new Sequential([layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [6, 5, 2] })]);
    const gradient = () => {};
    own.compile({ optimizer: "sgd", loss: customLoss({ name: "zero", value: () => 0, gradient }) });
    await expect(own.evaluate(x, targets.edge, { sampleWeight: of(10, 6, 5) })).rejects.toThrow(
      "evaluate.sampleWeight: expected weights of shape (10,), got (10, 6, 5)",
    );
    await own.evaluate(x, targets.edge, { sampleWeight: of(10, 1, 1) });
  });
});

it("class weights are for training, not for the samples that are split off to validate", async () => {
  const [features, labels] = [
    { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)) },
    [0, 1, 2, 0, 1, 2],
  ];
  const model = new Sequential([layers.dense({ units: 3, activation: "softmax", inputShape: [2] })], { seed: 1 });
  model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
  const { history } = await model.fit(features, labels, { validationSplit: 0.5, classWeight: { 1: 9 } });
  const last = { shape: [3, 2], data: features.data.slice(6) };
  expectClose(history.val_loss!, [(await model.evaluate(last, labels.slice(3))).loss], tolerances.layer);
});
