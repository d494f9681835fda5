import { expect, it } from "vitest";
import { layers, losses, metrics, Sequential } from "wasm-cnn";
import { tolerances } from "../tolerances.js";

const x = { shape: [5, 2], data: Float32Array.of(1, 0, 0.2, 0.8, 0.6, 0.4, 0, 1, 0.3, 0.7) };
const y = { shape: [5, 2], data: Float32Array.of(1, 0, 1, 0, 0, 1, 0, 1, 0, 1) };

/** Gives out what goes in. */
function identity(): Sequential {
  const model = new Sequential([layers.dense({ units: 2, useBias: false, inputShape: [2] })]);
  model.setWeights([Float32Array.of(1, 0, 0, 1)]);
  model.compile({
    optimizer: "sgd",
    loss: "mse",
    metrics: [
      "auc",
      new metrics.Precision({ thresholds: [0.25, 0.5] }),
      new metrics.ConfusionMatrix(),
      "mae",
      new metrics.F1Score({ average: "macro" }),
      new losses.Huber(),
    ],
  });
  return model;
}

it("metrics of many sums and of many numbers stand side by side, over several batches", async () => {
  const logs = (await identity().evaluate(x, y, { batchSize: 2 })) as Readonly<Record<string, number>>;
  // Differences of output and target: 0, 0.8, 0.6, 0, 0.3.
  expect(logs.mae).toBeCloseTo(1.7 / 5, 6);
  expect(logs.loss).toBeCloseTo(1.09 / 5, 6);
  expect(logs.huber_loss).toBeCloseTo(1.09 / 10, 6);
  // Above 0.25: 7 of which 4 are right; above 0.5: 5 of which 3 are.
  expect(logs.precision_0).toBeCloseTo(4 / 7, 6);
  expect(logs.precision_1).toBeCloseTo(3 / 5, 6);
  const matrix = [0, 1].map((i) => [0, 1].map((j) => logs[`confusion_matrix_${i}_${j}`]));
  expect(matrix).toEqual([
    [1, 1],
    [1, 2],
  ]);
  expect(Math.abs(logs.f1_score! - (1 / 2 + 2 / 3) / 2)).toBeLessThan(tolerances.metric.absolute);
  expect(logs.auc).toBeGreaterThan(0.5);
  expect(logs.auc).toBeLessThan(1);
});

it("they are in the history under names with their places", async () => {
  const model = identity();
  const { history } = await model.fit(x, y, { batchSize: 2, epochs: 1, shuffle: false });
  expect(Object.keys(history).sort()).toEqual(
    [
      ...["auc", "confusion_matrix_0_0", "confusion_matrix_0_1", "confusion_matrix_1_0", "confusion_matrix_1_1"],
      ...["f1_score", "huber_loss", "loss", "mae", "precision_0", "precision_1"],
    ].sort(),
  );
});

it.each([
  ["auc", "auc", "(2,)"],
  ["precision", "precision", "(2,)"],
  ["mse", "mse", "(2,)"],
  ["categoricalAccuracy", "categorical_accuracy", "(2,)"],
  [new metrics.MeanIoU({ numClasses: 2 }), "mean_io_u", "(2,)"],
  [new losses.Huber(), "huber_loss", "(2,)"],
] as const)("metrics that need other targets than the loss takes are refused: %s", async (metric, name, needed) => {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  model.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metric] });
  const before = await model.fingerprint();
  const expected = `y: expected metrics for targets of shape (), which "sparse_categorical_crossentropy" takes, got "${name}", which needs ${needed}; toCategorical(labels, classes) and`;
  await expect(model.fit(x, [0, 0, 1, 1, 1])).rejects.toThrow(expected);
  await expect(model.evaluate(x, [0, 0, 1, 1, 1])).rejects.toThrow(expected);
  expect(await model.fingerprint()).toBe(before);
});

it.each([
  "accuracy",
  "confusionMatrix",
  "sparse_top_k_categorical_accuracy",
  new metrics.MeanIoU({ numClasses: 2, sparseYPred: false }),
] as const)("metrics of labels go with a loss of labels: %s", async (metric) => {
  const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
  model.compile({ loss: "sparseCategoricalCrossentropy", metrics: [metric] });
  await expect(model.evaluate(x, [0, 0, 1, 1, 1])).resolves.toHaveProperty("loss");
});
