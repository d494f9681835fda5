// What users write, compiled as they compile it by types.test.ts. Never run.

import {
  type AdamOptions,
  type Bytes,
  type Callback,
  type CompileOptions,
  type Conv2DOptions,
  customLoss,
  type FitOptions,
  fromPixels,
  type LoadMnistOptions,
  layers,
  loadMnist,
  loadModel,
  losses,
  ModelCheckpoint,
  metrics,
  modelFromBytes,
  type OptionsFor,
  optimizers,
  RMSprop,
  Sequential,
  type SequentialOptions,
  schedules,
  toCategorical,
} from "wasm-cnn";
import { writeOnnx } from "wasm-cnn/files/onnx";
import { readSafetensors, writeSafetensors } from "wasm-cnn/files/safetensors";
import { writeTfjs } from "wasm-cnn/files/tfjs";

// Options held in variables, whose types are as narrow as they get.
const conv = { filters: 8, kernelSize: [3, 3], strides: [1, 1], inputShape: [28, 28, 1], activation: "relu" } as const;
const pool = { poolSize: [2, 2], padding: "same" } satisfies Parameters<typeof layers.maxPooling2d>[0];
const same = { filters: 8, kernelSize: [3, 3], inputShape: [28, 28, 1] } satisfies Conv2DOptions;
const list = [
  layers.conv2d(conv),
  layers.conv2d({ ...same, dilationRate: [2, 2] }),
  layers.maxPooling2d(pool),
  layers.flatten(),
] as const;
const compile = {
  optimizer: "rmsprop",
  loss: "categoricalCrossentropy",
  metrics: ["accuracy"],
  threads: "auto",
} as const;
const settings = {
  optimizer: new RMSprop({ rho: 0.9 }),
  loss: compile.loss,
  metrics: ["accuracy"],
} satisfies CompileOptions;
const images = { data: new Float32Array(784), shape: [1, 28, 28, 1] } as const;
const labels = toCategorical([1] as const, 10);

// Options of all kinds.
const adam: AdamOptions = { beta1: 0.8, excludeFromWeightDecay: ["bias"], learningRate: (step) => 1 / (1 + step) };
const huber: OptionsFor<typeof losses.Huber> = { delta: 2 };
const auc: OptionsFor<typeof metrics.AUC> = { thresholds: [0.2, 0.6], curve: "PRGAIN" };
const cosine: OptionsFor<typeof schedules.CosineDecay> = { initialLearningRate: 0.1, decaySteps: 10 };
const own = customLoss({
  name: "own",
  value: ([t = 0], [p = 0]) => (t - p) ** 2,
  gradient([t = 0], [p = 0], gradient) {
    gradient[0] = 2 * (p - t);
  },
});
const made = {
  optimizer: new optimizers.Adam(adam),
  loss: new losses.Huber(huber),
  metrics: [new metrics.AUC(auc), own],
};
new schedules.CosineDecay(cosine).at(3);

/** What may be missing: passed on as undefined, also with exactOptionalPropertyTypes. */
interface Maybe {
  name?: string;
  seed?: number;
  signal?: AbortSignal;
  callbacks?: Callback[];
  dir?: string;
  rate?: number;
  threads?: number | "auto";
  format?: "keras" | "h5";
}

export async function use({ name, seed, signal, callbacks, dir, rate, threads, format }: Maybe): Promise<Bytes> {
  const options: SequentialOptions = { name, seed };
  const model = new Sequential(list, options);
  model.add(layers.dense({ units: 10, name, activation: "softmax", useBias: undefined }));
  model.compile(compile);
  model.compile(settings);
  model.compile(made);
  model.compile({ loss: own });
  model.compile({ ...compile, optimizer: new RMSprop({ learningRate: rate }), threads });

  const seen: number[] = [];
  // Hooks return what they like, be they arrows, async or methods.
  const hooks = { onEpochEnd: (_e: number, logs: { loss: number }) => seen.push(logs.loss) };
  const fit: FitOptions = {
    signal,
    epochs: undefined,
    validationSplit: undefined,
    callbacks: [
      hooks,
      new ModelCheckpoint({ folder: "x", everySteps: undefined, monitor: name }),
      { onEpochEnd: (_e, logs) => seen.push(logs.loss), onTrainBatchEnd: async (batch) => batch },
      ...(callbacks ?? []),
    ],
  };
  await model.fit(images, labels, fit);
  await model.fit(images, labels, { callbacks, validationData: [images, labels] as const });
  await model.fit(images, labels, { epochs: 2, callbacks: [hooks] } as const);
  await model.activations(images, { layers: ["conv2d"], batchSize: undefined } as const);
  await model.predict(
    fromPixels({ data: new Uint8Array(4), width: 1, height: 1 }, { size: [28, 28], channels: 1 } as const),
  );
  model.summary({ print: undefined, lineLength: 80 });
  model.setWeights(model.getWeights());

  const mnist: LoadMnistOptions = { dir, signal };
  await loadMnist(mnist);
  await model.save("a.keras", { format, includeOptimizer: undefined });
  await loadModel("a.keras", { format, compile: undefined });

  // What is written goes where bytes go, without a cast.
  const bytes = await model.toBytes("keras", { includeOptimizer: undefined });
  const blob = new Blob([bytes]);
  await fetch("https://example.com", { method: "PUT", body: bytes });
  await crypto.subtle.digest("SHA-256", bytes);
  await modelFromBytes(bytes);
  await modelFromBytes(bytes.buffer, undefined, { compile: undefined });
  const snapshot = await model.snapshot();
  const parts = [writeOnnx(snapshot), writeSafetensors(readSafetensors(bytes)), ...writeTfjs(snapshot).values()];
  return new Uint8Array(await new Blob([blob, ...parts]).arrayBuffer());
}

/** Logs have the names that `compile` was given; a typing error in them is one of types. */
export async function logs(x: Float32Array, y: Float32Array): Promise<number> {
  const make = () => new Sequential([layers.dense({ units: 1, inputShape: [2] })]);
  const typed = make().compile({
    optimizer: "adam",
    loss: "mse",
    metrics: ["mae", "cosineSimilarity"],
    weightedMetrics: ["mae"],
  });
  const { loss, mae, weighted_mae } = await typed.evaluate(x, y);
  const { history } = await typed.fit(x, y, { validationSplit: 0.5 });
  const last: number = history.cosineSimilarity.at(-1)! + (history.val_mae?.[0] ?? 0) + history.loss[0]!;
  // @ts-expect-error: no such metric
  (await typed.testOnBatch(x, y)).maee;
  // @ts-expect-error: no such metric
  history.val_accuracy;
  const bare = await make().compile({ loss: new losses.Huber() }).trainOnBatch(x, y);
  // @ts-expect-error: no metrics
  bare.accuracy;
  // Objects, several outputs and options that are not literal: any names.
  const any = make().compile({ loss: "mse", metrics: [new metrics.R2Score(), "mae"] });
  const several = make().compile({ loss: { a: "mse", b: "mse" }, metrics: { a: ["mae"] } });
  const settings: CompileOptions = { loss: "mse" };
  const open = make().compile(settings);
  const found = [
    (await any.evaluate(x, y)).r2_score,
    (await several.evaluate(x, y)).a_mae,
    (await open.evaluate(x, y)).mae,
  ];
  const model: Sequential = typed;
  model.summary();
  return loss + mae + weighted_mae + last + (found[0] ?? 0);
}
