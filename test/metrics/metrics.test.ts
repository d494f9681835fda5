import { describe, expect, it } from "vitest";
import { layers, modelFromBytes, Sequential } from "wasm-cnn";
import * as losses from "../../dist/losses/index.js";
import * as metrics from "../../dist/metrics/index.js";
import type { Metric, MetricResult } from "../../dist/metrics/metric.js";
import { metricFromConfig } from "../../dist/metrics/registry.js";
import { type MetricName, resolveAccuracy, resolveMetric } from "../../dist/metrics/resolve.js";
import { expectClose } from "../expectClose.js";
import { runLoss, runMetric } from "../losses/runLoss.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";

const { defineMetric: _, ...all } = metrics;
const classes = all as unknown as Record<string, new (options?: object) => Metric>;
const cases = loadVectors("metrics");
type Batches = (typeof cases)[number]["batches"];

/** The metric over a stream: sums of batches add up. */
async function resultOf(metric: Metric, batches: Batches): Promise<MetricResult> {
  const all: number[] = [];
  let count = 0;
  for (const batch of batches) {
    for (const [i, sum] of (await runMetric(metric, batch)).entries()) all[i] = (all[i] ?? 0) + sum;
    const [samples] = batch.x.shape as [number];
    const { data } = batch.weights ?? { data: new Float32Array(samples).fill(1) };
    count += (data.reduce((sum, weight) => sum + weight, 0) * samples) / data.length;
  }
  return metric.result(all, count);
}

describe("metrics are Keras' over streams of batches", () => {
  it.each(cases)("$name", async ({ className, options, batches, result }) => {
    const numbers = [await resultOf(new classes[className]!(options), batches)].flat() as number[];
    expectClose(numbers, [result].flat(), tolerances.metric);
  });
});

describe("metrics", () => {
  it.each(cases)("have configs that Keras reads, both ways: $name", ({ className, options, config }) => {
    const metric = new classes[className]!(options);
    expect(metricFromConfig(className, config).config()).toEqual(metric.config());
    expect(metricFromConfig(className, metric.config()).config()).toEqual(metric.config());
  });

  it("may have names of their own, under which they are logged and saved", async () => {
    const y = { shape: [4, 1], data: Float32Array.of(0, 1, 1, 0) };
    const x = { shape: [4, 2], data: Float32Array.of(0, 1, 1, 0, 1, 1, 0, 0) };
    const model = new Sequential([layers.dense({ units: 1, activation: "sigmoid", inputShape: [2] })], { seed: 1 });
    const labelWeights = { class_name: "__tensor__", config: { value: [2], dtype: "float32" } };
    model.compile({
      optimizer: "sgd",
      loss: "binaryCrossentropy",
      metrics: [
        new metrics.AUC({ name: "roc" }),
        new metrics.AUC({ name: "pr", curve: "PR" }),
        metricFromConfig("AUC", { name: "auc_1", multi_label: true, label_weights: labelWeights }),
        metricFromConfig("Huber", { name: "h", delta: 0.5 }),
        new metrics.MeanIoU({ numClasses: 2, name: "iou" }),
      ],
      weightedMetrics: [new metrics.Precision({ name: "roc" })],
    });
    const logs = await model.evaluate(x, y);
    expect(Object.keys(logs)).toEqual(["auc_1", "h", "iou", "loss", "pr", "roc", "weighted_roc"]);
    for (const format of ["keras", "h5"] as const) {
      const again = await modelFromBytes(await model.toBytes(format));
      expect(await again.evaluate(x, y), format).toEqual(logs);
    }
    expect(() => new metrics.AUC({ name: 3 as never })).toThrow("AUC.name: expected a name, got 3");
  });

  it("resolve accuracy as Keras does", () => {
    expect(resolveAccuracy([1], [1]).className).toBe("BinaryAccuracy");
    expect(resolveAccuracy([4, 1], [4]).className).toBe("BinaryAccuracy");
    expect(resolveAccuracy([3], []).className).toBe("SparseCategoricalAccuracy");
    expect(resolveAccuracy([3], [1]).className).toBe("SparseCategoricalAccuracy");
    expect(resolveAccuracy([4, 3], [4]).className).toBe("SparseCategoricalAccuracy");
    expect(resolveAccuracy([3], [3]).className).toBe("CategoricalAccuracy");
  });

  it.each(["BinaryAccuracy: defaults, 1", "CategoricalAccuracy: defaults, 2x3, weights"])(
    "named accuracy is %s for such shapes",
    async (name) => {
      const { batches, result } = cases.find((each) => each.name === name)!;
      const numbers = [await resultOf(resolveMetric("test", "accuracy"), batches)].flat() as number[];
      expectClose(numbers, [result].flat(), tolerances.metric);
    },
  );

  it("are known by Keras' names and short ones, in any form", async () => {
    const names: [MetricName, string][] = [
      ["mse", "MeanSquaredError"],
      ["AUC" as "auc", "AUC"],
      ["sparseCategoricalAccuracy", "SparseCategoricalAccuracy"],
      ["sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy"],
      ["categorical_accuracy", "CategoricalAccuracy"],
      ["bce", "BinaryCrossentropy"],
      ["LogCoshError" as "log_cosh_error", "LogCoshError"],
      ["f_beta_score", "FBetaScore"],
      ["Accuracy" as "accuracy", "Accuracy"],
    ];
    for (const [name, className] of names) {
      const metric = resolveMetric("compile.metrics", name);
      await metric.load?.();
      expect(metric.className).toBe(className);
    }
    expect(() => resolveMetric("compile.metrics[0]", "accuracies" as "acc")).toThrow("compile.metrics[0]: expected ");
    expect(() => resolveMetric("compile.metrics[0]", 1 as never)).toThrow(
      "expected the name of a metric, a metric or a loss, got 1",
    );
  });

  it("are 0 without samples", () => {
    const required: Record<string, object> = {
      IoU: { numClasses: 2, targetClassIds: [0] },
      MeanIoU: { numClasses: 2 },
      OneHotIoU: { numClasses: 2, targetClassIds: [0] },
      OneHotMeanIoU: { numClasses: 2 },
      PrecisionAtRecall: { recall: 0.5 },
      RecallAtPrecision: { precision: 0.5 },
      SensitivityAtSpecificity: { specificity: 0.5 },
      SpecificityAtSensitivity: { sensitivity: 0.5 },
    };
    for (const [name, MetricClass] of Object.entries(classes)) {
      const metric = new MetricClass(required[name] ?? {});
      const numbers = [metric.result(new Float64Array(400), 0)].flat(2) as number[];
      expect(new Set(numbers), name).toEqual(new Set([0]));
    }
  });

  it("may be losses, by their names, as objects, and from files", async () => {
    const { batches } = cases.find(({ name }) => name === "MeanAbsoluteError: defaults, 3")!;
    const huber = resolveMetric("compile.metrics", "huber");
    const own = resolveMetric("compile.metrics", new losses.Huber({ delta: 0.5 }));
    const mean = async (loss: losses.Huber) => {
      const all = await Promise.all(
        batches.map(async (batch) => (await runLoss(loss, batch)).loss * batch.x.shape[0]!),
      );
      return all.reduce((sum, one) => sum + one, 0) / batches.reduce((sum, { x }) => sum + x.shape[0]!, 0);
    };
    expectClose([(await resultOf(huber, batches)) as number], [await mean(new losses.Huber())], tolerances.metric);
    const expected = await mean(new losses.Huber({ delta: 0.5 }));
    expectClose([(await resultOf(own, batches)) as number], [expected], tolerances.metric);
    const again = metricFromConfig("Huber", own.config());
    expect(again.config()).toEqual(own.config());
    expectClose([(await resultOf(again, batches)) as number], [expected], tolerances.metric);
  });

  it("a confusion matrix has a row for each class of the target", async () => {
    const x = { shape: [3, 3], data: [0.1, 0.9, 0, 0.5, 0.2, 0.3, 0, 0, 1] };
    const oneHot = { shape: [3, 3], data: [1, 0, 0, 1, 0, 0, 0, 0, 1] };
    const expected = [
      [2, 1, 0],
      [0, 0, 0],
      [0, 0, 3],
    ];
    const weights = { shape: [3], data: [1, 2, 3] };
    const matrix = new metrics.ConfusionMatrix();
    expect(matrix.result(await runMetric(matrix, { x, t: oneHot, weights }))).toEqual(expected);
  });

  it("refuse options and outputs that do not fit", async () => {
    expect(() => new metrics.AUC({ labelWeights: [1] })).toThrow("AUC.labelWeights: expected multiLabel too");
    expect(() => new metrics.F1Score().targetShape([2, 3])).toThrow(
      "F1Score: expected outputs of shape (n), got (2, 3)",
    );
    expect(() => new metrics.IoU({ numClasses: 2, targetClassIds: [] })).toThrow(
      "IoU.targetClassIds: expected a list of numbers, got []",
    );
    const x = { shape: [1, 2], data: [0, 1] };
    await expect(runMetric(new metrics.Recall({ classId: 2 }), { x, t: x })).rejects.toThrow(
      "Recall.classId: expected a class from 0 to 1, got 2",
    );
  });
});
