import { describe, expect, it } from "vitest";
import { type FitOptions, layers, type Samples, Sequential } from "wasm-cnn";
import { SHAPE, slice, smallData, smallModel } from "./small.js";

const { x, y } = smallData(6);
type ErrorKind = new (message: string) => Error;
const any = (value: unknown) => value as never;

/** Expects each of these calls to be refused with the error, and none of them to leave a trace. */
async function expectRefused(
  calls: Record<string, (model: Sequential) => unknown>,
  error: (where: string, model: Sequential) => Error,
): Promise<void> {
  const model = smallModel();
  await model.fit(x, y);
  const before = await model.fingerprint();
  for (const [where, call] of Object.entries(calls)) {
    await expect((async () => call(model))(), where).rejects.toThrow(error(where, model));
    expect(await model.fingerprint(), where).toBe(before);
  }
  // Nor has it changed what comes next.
  const untouched = smallModel();
  for (const each of [untouched, model]) await each.fit(x, y);
  await untouched.fit(x, y);
  expect(await model.fingerprint()).toBe(await untouched.fingerprint());
}

/** The calls that take these samples. */
const taking = (samples: unknown, targets: Samples = y) => ({
  fit: (model: Sequential) => model.fit(any(samples), targets),
  trainOnBatch: (model: Sequential) => model.trainOnBatch(any(samples), targets),
  evaluate: (model: Sequential) => model.evaluate(any(samples), targets),
});

const withNaN = x.data.with(40, Number.NaN);

describe("samples are refused", () => {
  it.each<[string, unknown, ErrorKind, string]>([
    ["undefined", undefined, TypeError, "expected { data, shape }, a typed array or nested arrays, got undefined"],
    ["a string", "images", TypeError, 'expected { data, shape }, a typed array or nested arrays, got "images"'],
    ["without a shape", { data: x.data }, TypeError, "expected a shape of integers, batch axis first, got undefined"],
    [
      "of a shape that is none",
      { data: x.data, shape: [6, 6, -6] },
      TypeError,
      "expected a shape of integers, batch axis first, got [6, 6, -6]",
    ],
    [
      "that do not fill their shape",
      { data: x.data, shape: [5, ...SHAPE] },
      RangeError,
      "expected 180 numbers for shape (5, 6, 6, 1), got 216",
    ],
    [
      "of another shape",
      { data: x.data, shape: [6, 4, 9, 1] },
      RangeError,
      "expected samples of shape (6, 6, 1), got (None, 4, 9, 1)",
    ],
    ["of no sample", { data: [], shape: [0, ...SHAPE] }, RangeError, "expected at least one sample, got none"],
    ["empty", [], RangeError, "expected at least one sample, got none"],
    ["empty and bare", new Float32Array(0), RangeError, "expected at least one sample, got none"],
    [
      "bare and of no whole number of samples",
      x.data.subarray(1),
      RangeError,
      "expected a multiple of 36 numbers for samples of shape (6, 6, 1), got 215",
    ],
    [
      "with NaN",
      { data: withNaN, shape: [6, ...SHAPE] },
      RangeError,
      "expected finite 32-bit numbers, got NaN at index 40",
    ],
    [
      "too large for 32 bits",
      { data: Float64Array.from(x.data).with(3, 1e39), shape: [6, ...SHAPE] },
      RangeError,
      "expected finite 32-bit numbers, got 1e+39 at index 3",
    ],
    [
      "with something else than numbers",
      { data: Array(36).fill("7"), shape: [1, ...SHAPE] },
      TypeError,
      'expected numbers, got "7" at index 0',
    ],
    [
      "nested to different depths",
      [[[[1]], [[2]]], [[[3]]]],
      RangeError,
      "expected nested arrays all of one shape, 2 at [1], got [[[3]]]",
    ],
    ["nested, with NaN", [[[[Number.NaN]]]], RangeError, "expected finite numbers, got NaN at [0][0][0][0]"],
    [
      "of 64-bit integers",
      new BigInt64Array(36),
      TypeError,
      "expected { data, shape }, a typed array or nested arrays, got BigInt64Array of 288 bytes",
    ],
  ])("%s", async (_name, samples, kind, message) => {
    const error = (where: string) => new kind(`${where}: x: ${message}`);
    await expectRefused({ ...taking(samples), predict: (model) => model.predict(any(samples)) }, error);
  });
});

describe("targets are refused", () => {
  const hint = "; toCategorical(labels, 3) makes such rows from integer labels";
  it.each<[string, unknown, string]>([
    [
      "of another number of classes",
      { data: new Float32Array(60), shape: [6, 10] },
      "y: expected samples of shape (3,), got (None, 10)",
    ],
    ["that are labels", [0, 1, 2, 0, 1, 2], `y: expected samples of shape (3,), got (None,)${hint}`],
    [
      "with NaN",
      { data: y.data.with(0, Number.NaN), shape: [6, 3] },
      "y: expected finite 32-bit numbers, got NaN at index 0",
    ],
    ["fewer than samples", slice(y, 0, 5), "expected as many targets as samples, got 5 and 6"],
    ["none", { data: [], shape: [0, 3] }, "y: expected at least one sample, got none"],
  ])("%s", async (_name, targets, message) => {
    await expectRefused(taking(x, any(targets)), (where) => new RangeError(`${where}: ${message}`));
  });

  it("that are bare labels, with a hint", async () => {
    const [four, labels] = [slice(x, 0, 4), new Uint8Array([0, 1, 2, 1])];
    const message = "y: expected a multiple of 3 numbers for samples of shape (3,), got 4";
    await expectRefused(taking(four, labels), (where) => new RangeError(`${where}: ${message}${hint}`));
  });
});

describe("options are refused", () => {
  it.each<[message: string, kind: ErrorKind, FitOptions]>([
    [".batchSize: expected an integer >= 1, got 0", RangeError, { batchSize: 0 }],
    ['.batchSize: expected an integer >= 1, got "8"', TypeError, { batchSize: any("8") }],
    [".epochs: expected an integer >= 0, got 1.5", RangeError, { epochs: 1.5 }],
    [".epochs: expected an integer >= 3, got 2", RangeError, { epochs: 2, initialEpoch: 3 }],
    [".initialEpoch: expected an integer >= 0, got -1", RangeError, { initialEpoch: -1 }],
    ['.shuffle: expected true or false, got "batch"', TypeError, { shuffle: any("batch") }],
    [".validationSplit: expected a finite number from 0 to 1, got 1.5", RangeError, { validationSplit: 1.5 }],
    [".validationSplit: expected samples left to train on, got 1", RangeError, { validationSplit: 1 }],
    [".validationData: expected [x, y], got [1]", TypeError, { validationData: any([1]) }],
    [
      ".validationData: expected as many targets as samples, got 2 and 6",
      RangeError,
      { validationData: [x, slice(y, 0, 2)] },
    ],
    [
      ".validationData: x: expected finite 32-bit numbers, got NaN at index 40",
      RangeError,
      { validationData: [withNaN, y] },
    ],
    ['.callbacks: expected an object or an array of objects, got "log"', TypeError, { callbacks: any("log") }],
    [
      ".callbacks: expected an object or an array of objects, got undefined",
      TypeError,
      { callbacks: [{}, any(undefined)] },
    ],
    [
      ".signal: expected an AbortSignal, got an object with keys aborted",
      TypeError,
      { signal: any({ aborted: false }) },
    ],
    [
      ": expected options among batchSize, epochs, shuffle, validationData, validationSplit, initialEpoch, callbacks, " +
        'signal, got "batch_size"',
      TypeError,
      any({ batch_size: 8 }),
    ],
    [": expected an object of options, got 8", TypeError, any(8)],
  ])("fit%s", async (message, kind, options) => {
    await expectRefused({ fit: (model) => model.fit(x, y, options) }, (where) => new kind(`${where}${message}`));
  });

  it("of predict and evaluate", async () => {
    const wrong = { batchSize: Number.NaN };
    await expectRefused(
      { predict: (model) => model.predict(x, wrong), evaluate: (model) => model.evaluate(x, y, wrong) },
      (where) => new RangeError(`${where}.batchSize: expected an integer >= 1, got NaN`),
    );
    const unknown = any({ verbose: 1 });
    await expectRefused(
      { predict: (model) => model.predict(x, unknown), evaluate: (model) => model.evaluate(x, y, unknown) },
      (where) => new TypeError(`${where}: expected options among batchSize, got "verbose"`),
    );
  });

  const good = { optimizer: "rmsprop", loss: "categoricalCrossentropy" } as const;
  it.each<[message: string, kind: ErrorKind, object]>([
    ['.optimizer: expected "rmsprop", got "sgd"', RangeError, { ...good, optimizer: "sgd" }],
    ['.optimizer: expected "rmsprop", got undefined', RangeError, { loss: good.loss }],
    [
      '.loss: expected "categoricalCrossentropy" or "categorical_crossentropy", got "mse"',
      RangeError,
      { ...good, loss: "mse" },
    ],
    ['.metrics: expected an array, got "accuracy"', TypeError, { ...good, metrics: "accuracy" }],
    [
      '.metrics: expected "accuracy" or "acc" or "categoricalAccuracy" or "categorical_accuracy", got "auc"',
      RangeError,
      { ...good, metrics: ["auc"] },
    ],
    ['.winograd: expected true or false, got "yes"', TypeError, { ...good, winograd: "yes" }],
    [
      '.threads: expected "auto" or 0 (worker threads are not yet available), got 4',
      RangeError,
      { ...good, threads: 4 },
    ],
    [
      ': expected options among optimizer, loss, metrics, winograd, threads, got "runEagerly"',
      TypeError,
      { ...good, runEagerly: true },
    ],
  ])("compile%s", async (message, kind, options) => {
    const compile = (model: Sequential) => model.compile(any(options));
    await expectRefused({ compile }, (where) => new kind(`${where}${message}`));
  });

  it("of the model itself", () => {
    expect(() => new Sequential(any("layers"))).toThrow(
      new TypeError('Sequential: expected an array of layers, got "layers"'),
    );
    expect(() => new Sequential([], { seed: -1 })).toThrow(
      new RangeError("Sequential.seed: expected an integer >= 0, got -1"),
    );
    expect(() => new Sequential([], any({ seeds: 1 }))).toThrow(
      new TypeError('Sequential: expected options among name, seed, got "seeds"'),
    );
    expect(() => new Sequential([], { name: any(7) })).toThrow(
      new TypeError("Sequential.name: expected a string, got 7"),
    );
  });
});

describe("a model is refused", () => {
  it("layers that are none, whose name is taken, or that do not fit", async () => {
    const model = smallModel();
    const chain =
      "(6, 6, 1) -> " +
      model.layers
        .map(({ name }, i) => `${name} ${["(6, 6, 1)", "(4, 4, 4)", "(2, 2, 4)", "(16,)", "(5,)", "(3,)"][i]}`)
        .join(" -> ");
    const before = await model.fingerprint();
    expect(() => model.add(any({ name: "dense" }))).toThrow(
      new TypeError("Sequential.add: expected a layer, got an object with keys name"),
    );
    expect(() => model.add(model.layers[3]!)).toThrow(
      new RangeError(`Sequential.add: expected a name that is not taken, got "${model.layers[3]!.name}"`),
    );
    expect(() => model.add(layers.conv2d({ filters: 1, kernelSize: 1, name: "late" }))).toThrow(
      new RangeError(`layer "late": expected an input of shape (height, width, channels), got (3,); shapes: ${chain}`),
    );
    expect(model.layers).toHaveLength(6);
    expect(await model.fingerprint()).toBe(before);
    await model.fit(x, y);
  });

  it("training before compile", async () => {
    const model = new Sequential([layers.flatten({ inputShape: SHAPE }), layers.dense({ units: 3 })]);
    const before = await model.fingerprint();
    for (const where of ["fit", "trainOnBatch", "evaluate"] as const) {
      await expect(model[where](x, y)).rejects.toThrow(
        new Error(`${where}: expected a compiled model, got one that is not; call compile first`),
      );
    }
    expect(await model.fingerprint()).toBe(before);
  });

  it("a loss that does not fit its outputs", async () => {
    const options = { optimizer: "rmsprop", loss: "categoricalCrossentropy" } as const;
    const message =
      "categoricalCrossentropy: expected outputs of shape (classes,) with 2 classes or more, got (6, 6, 1)";
    const known = new Sequential([layers.rescaling({ scale: 1, inputShape: SHAPE })]);
    expect(() => known.compile(options)).toThrow(new RangeError(message));
    await expect(known.fit(x, y)).rejects.toThrow("fit: expected a compiled model");
    const unknown = new Sequential([layers.rescaling({ scale: 1 })]);
    unknown.compile(options);
    await expect(unknown.fit(x, y)).rejects.toThrow(new RangeError(message));
  });

  const own = smallModel().getWeights();
  it.each<[string, unknown, ErrorKind, string]>([
    ["no array", "weights", TypeError, 'expected an array, got "weights"'],
    ["too few", own.slice(1), RangeError, "expected 6 arrays, got 5"],
    ["bare numbers", own.with(1, any([0, 0])), TypeError, "expected a Float32Array for CONV/bias, got [0, 0]"],
    ["nothing", own.with(1, any(null)), TypeError, "expected a Float32Array for CONV/bias, got null"],
    [
      "another size",
      own.map(({ data }) => data).with(1, new Float32Array(5)),
      RangeError,
      "expected (4,) for CONV/bias, got 5 numbers",
    ],
    [
      "another shape",
      own.with(0, { ...own[0]!, shape: [3, 3, 4, 1] }),
      RangeError,
      "expected (3, 3, 1, 4) for CONV/kernel, got (3, 3, 4, 1)",
    ],
  ])("weights that are not its own: %s", async (_name, weights, kind, message) => {
    const setWeights = (model: Sequential) => model.setWeights(any(weights));
    await expectRefused(
      { setWeights },
      (where, model) => new kind(`${where}: ${message.replace("CONV", model.layers[1]!.name)}`),
    );
  });
});
