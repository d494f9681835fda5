import { describe, expect, it } from "vitest";
import * as metrics from "../../dist/metrics/index.js";
import type { Metric } from "../../dist/metrics/metric.js";
import { metricFromConfig } from "../../dist/metrics/registry.js";
import { type MetricName, resolveAccuracy, resolveMetric } from "../../dist/metrics/resolve.js";
import { expectClose } from "../expectClose.js";
import { runMetric } from "../losses/runLoss.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";

const classes = metrics as unknown as Record<string, new (options?: object) => Metric>;
const cases = loadVectors("metrics");
type Batches = (typeof cases)[number]["batches"];

/** The metric over a stream: sums of batches add up. */
async function resultOf(metric: Metric, batches: Batches): Promise<number> {
  const all: number[] = [];
  let count = 0;
  for (const batch of batches) {
    for (const [i, sum] of (await runMetric(metric, batch)).entries()) all[i] = (all[i] ?? 0) + sum;
    count += batch.weights ? batch.weights.data.reduce((sum, weight) => sum + weight, 0) : batch.x.shape[0]!;
  }
  return metric.result(all, count);
}

describe("metrics are Keras' over streams of batches", () => {
  it.each(cases)("$name", async ({ className, options, batches, result }) => {
    expectClose([await resultOf(new classes[className]!(options), batches)], [result], tolerances.metric);
  });
});

describe("metrics", () => {
  it.each(cases)("have configs that Keras reads, both ways: $name", ({ className, options, config }) => {
    const metric = new classes[className]!(options);
    expect(metricFromConfig(className, config).config()).toEqual(metric.config());
    expect(metricFromConfig(className, metric.config()).config()).toEqual(metric.config());
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
      expectClose([await resultOf(resolveMetric("test", "accuracy"), batches)], [result], tolerances.metric);
    },
  );

  it("are known by Keras' names and short ones, in any form", async () => {
    const names: [MetricName, string][] = [
      ["mse", "MeanSquaredError"],
      ["AUC" as "auc", "AUC"],
      ["sparseCategoricalAccuracy", "SparseCategoricalAccuracy"],
      ["sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy"],
      ["categorical_accuracy", "CategoricalAccuracy"],
    ];
    for (const [name, className] of names) {
      const metric = resolveMetric("compile.metrics", name);
      await metric.load?.();
      expect(metric.className).toBe(className);
      expect(metric.config()).toEqual(new classes[className]!().config());
    }
    expect(() => resolveMetric("compile.metrics[0]", "accuracies" as "acc")).toThrow("compile.metrics[0]: expected ");
    expect(() => resolveMetric("compile.metrics[0]", 1 as never)).toThrow(
      "expected the name of a metric or a metric, got 1",
    );
  });

  it("are 0 without samples", () => {
    for (const [name, MetricClass] of Object.entries(classes)) {
      const metric = new MetricClass(name === "MeanIoU" ? { numClasses: 2 } : {});
      expect(metric.result(new Float64Array(400), 0), name).toBe(0);
    }
  });
});
