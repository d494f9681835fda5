import { describe, expect, it } from "vitest";
import {
  type BatchDataset,
  type Callback,
  customLoss,
  Dataset,
  EarlyStopping,
  type FitOptions,
  layers,
  type Optimizer,
  optimizers,
  ReduceLROnPlateau,
  Sequential,
  SwapEMAWeights,
  schedules,
} from "wasm-cnn";
import { slice, smallData } from "./small.js";

const { x, y } = smallData(23);
const validationData = [slice(x, 0, 9), slice(y, 0, 9)] as const;

/** Everything that draws random numbers, keeps statistics or adds to the loss. */
function model(optimizer: Optimizer, seed: number, loss: Parameters<Sequential["compile"]>[0]["loss"]): Sequential {
  const made = new Sequential(
    [
      layers.randomTranslation({ heightFactor: 0.2, widthFactor: 0.2, inputShape: [6, 6, 1] }),
      layers.conv2d({ filters: 3, kernelSize: 3, kernelRegularizer: "l2" }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.flatten(),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 6, activation: "relu", kernelConstraint: "maxNorm", activityRegularizer: "l1" }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed },
  );
  made.compile({ optimizer, loss, metrics: ["accuracy", "auc"], weightedMetrics: ["mse"] });
  return made;
}

interface Setup {
  readonly optimizer: () => Optimizer;
  readonly callbacks?: () => Callback[];
  readonly loss?: Parameters<Sequential["compile"]>[0]["loss"];
  /** In place of arrays. */
  readonly dataset?: () => BatchDataset;
  readonly options?: FitOptions;
}

const averages = { useEma: true, emaMomentum: 0.7 };
const watchers = () => [
  new ReduceLROnPlateau({ monitor: "loss", patience: 1, minDelta: 0.5, factor: 0.5 }),
  new EarlyStopping({ patience: 1, minDelta: 0.05, restoreBestWeights: true }),
];
const samples = () =>
  Dataset.fromGenerator(
    async function* () {
      for (let i = 0; i < 23; i++) yield i;
    },
    { length: 23 },
  ).map(async (i) => ({ x: slice(x, i, i + 1).data, y: slice(y, i, i + 1).data }));
const shaped = (dataset: ReturnType<typeof samples>) =>
  dataset.map(({ x, y }) => ({ x: { data: x, shape: [6, 6, 1] }, y })).batch(5);

const SETUPS: Readonly<Record<string, Setup>> = {
  "Adam with a schedule that warms up, averages that overwrite, limits and decay": {
    optimizer: () =>
      new optimizers.Adam({
        learningRate: new schedules.CosineDecay({
          initialLearningRate: 0.001,
          decaySteps: 9,
          warmupTarget: 0.02,
          warmupSteps: 4,
        }),
        ...{ ...averages, emaOverwriteFrequency: 4, clipnorm: 0.5, weightDecay: 0.01, amsgrad: true },
      }),
    options: { epochs: 2 },
  },
  "SGD with accumulation and a function of the step, class weights, early stopping": {
    optimizer: () =>
      new optimizers.SGD({
        learningRate: (step) => 0.05 / (1 + step),
        ...{ momentum: 0.9, nesterov: true, gradientAccumulationSteps: 3 },
      }),
    callbacks: () => [new EarlyStopping({ patience: 1, minDelta: 0.02, restoreBestWeights: true })],
    options: { classWeight: { 0: 2, 2: 0.5 } },
  },
  "Muon with averages and accumulation, validated with the averages": {
    optimizer: () =>
      new optimizers.Muon({
        learningRate: 0.01,
        excludeLayers: ["dense_1"],
        ...averages,
        gradientAccumulationSteps: 2,
      }),
    callbacks: () => [new SwapEMAWeights({ swapOnEpoch: true }), ...watchers()],
  },
  "Nadam, whose schedule is a number more, with early stopping and a loss of the user's own": {
    optimizer: () => new optimizers.Nadam({ learningRate: 0.01 }),
    callbacks: watchers,
    loss: customLoss({
      name: "resumed_own",
      value: (t, p) => p.reduce((sum, value, i) => sum + (value - t[i]!) ** 2, 0),
      gradient(t, p, gradient) {
        for (let i = 0; i < p.length; i++) gradient[i] = 2 * (p[i]! - t[i]!);
      },
    }),
  },
  "Adafactor over a generator that is shuffled, mapped, mixed and repeated, in epochs of 3 steps": {
    optimizer: () => new optimizers.Adafactor({ learningRate: 0.01, ...averages }),
    dataset: () => shaped(samples().shuffle(9).repeat()).mixUp().prefetch(2),
    options: { stepsPerEpoch: 3 },
    callbacks: watchers,
  },
  "Ftrl over a generator that is shuffled in each pass, with an exponential schedule": {
    optimizer: () =>
      new optimizers.Ftrl({
        learningRate: new schedules.ExponentialDecay({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.7 }),
        gradientAccumulationSteps: 2,
      }),
    dataset: () => shaped(samples().shuffle(23)).cutMix(),
    options: { epochs: 2 },
  },
};

describe("a training that is interrupted at any step and goes on is one that never was", () => {
  it.each(Object.entries(SETUPS))("%s", async (_name, { optimizer, callbacks, dataset, loss, options }) => {
    const train = (made: Sequential, more: FitOptions, own: readonly Callback[] = []) => {
      const all = { epochs: 3, validationData, ...options, ...more, callbacks: [...(callbacks?.() ?? []), ...own] };
      return dataset ? made.fit(dataset(), all) : made.fit(x, y, { ...all, batchSize: 5 });
    };
    const usual = loss ?? "categoricalCrossentropy";
    const whole = model(optimizer(), 1, usual);
    const { history } = await train(whole, {});
    const print = await whole.fingerprint();
    expect(history.loss!.every(Number.isFinite)).toBe(true);

    const files: Uint8Array<ArrayBuffer>[] = [];
    const saved = model(optimizer(), 1, usual);
    const save = async () => void files.push(await saved.toBytes());
    await train(saved, {}, [{ savesTraining: true, onBatchEnd: save, onEpochEnd: save }]);
    expect(await saved.fingerprint()).toBe(print);
    const epochs = history.loss!.length;
    expect(files.length).toBe(epochs * (options?.stepsPerEpoch ?? 5) + epochs);
    // Where training has stopped early, the last file is of its end.
    for (const [i, resumeFrom] of files.slice(0, -1).entries()) {
      const resumed = model(optimizer(), 99, usual);
      const rest = await train(resumed, { resumeFrom });
      expect(await resumed.fingerprint(), `file ${i}`).toBe(print);
      for (const [name, values] of Object.entries(rest.history)) {
        expect(values, `${name}, file ${i}`).toEqual(history[name]!.slice(-values.length));
      }
    }
  });
});
