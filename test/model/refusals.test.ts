import { describe, expect, it } from "vitest";
import { layers, type Samples, Sequential } from "wasm-cnn";
import { errorLike } from "../errorLike.js";
import { any, type ErrorKind, expectRefused } from "./expectRefused.js";
import { SHAPE, slice, smallData, smallModel } from "./small.js";

const { x, y } = smallData(6);

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
    [
      "of one sample without its axis",
      { data: x.data.subarray(0, 36), shape: [...SHAPE] },
      RangeError,
      "expected samples of shape (6, 6, 1), got (None, 6, 1); a single sample needs a batch axis too: (1, 6, 6, 1)",
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
  const hint =
    "; toCategorical(labels, 3) makes such rows from integer labels, or take the loss sparseCategoricalCrossentropy";
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
    ["fewer than samples", slice(y, 0, 5), "y: expected as many targets as samples, got 5 and 6"],
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

it.each([
  [
    "sparseCategoricalCrossentropy",
    y,
    "samples of shape (), got (None, 3); one-hot targets go with the loss categoricalCrossentropy",
  ],
  ["sparseCategoricalCrossentropy", [0, 1], "as many targets as samples, got 2 and 6"],
  ["meanSquaredError", [0, 1, 2, 3, 4, 5], "samples of shape (3,), got (None,)"],
  ["meanSquaredError", [0, Number.NaN, 2, 3, 4, 5], "finite numbers, got NaN at [1]"],
] as const)("targets are refused with advice that fits the loss: %s %j", async (loss, targets, message) => {
  const model = smallModel();
  model.compile({ loss });
  const error = (where: string) => new RangeError(`${where}: y: expected ${message}`);
  await expect(model.evaluate(x, any(targets))).rejects.toThrow(error("evaluate"));
});

describe("a model is refused", () => {
  it("layers that are none, whose name is taken, or that do not fit", async () => {
    const model = smallModel();
    const chain =
      "input_layer (6, 6, 1) -> " +
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
      errorLike(
        RangeError,
        `layer "late": expected an input of shape (height, width, channels), got (3,); shapes: ${chain}`,
      ),
    );
    expect(model.layers).toHaveLength(6);
    expect(await model.fingerprint()).toBe(before);
    await model.fit(x, y);
  });

  it("training before compile", async () => {
    const model = new Sequential([layers.flatten({ inputShape: SHAPE }), layers.dense({ units: 3 })]);
    const before = await model.fingerprint();
    for (const where of ["fit", "trainOnBatch", "evaluate"] as const) {
      const call: (a: typeof x, b: typeof y) => Promise<unknown> = model[where].bind(model);
      await expect(call(x, y)).rejects.toThrow(
        new Error(`${where}: expected a compiled model, got one that is not; call compile first`),
      );
    }
    expect(await model.fingerprint()).toBe(before);
  });

  it("a loss that does not fit its outputs", async () => {
    const options = { optimizer: "rmsprop", loss: "categoricalCrossentropy" } as const;
    const message =
      "categoricalCrossentropy: expected outputs of shape (..., classes) with 2 classes or more, got (6, 6, 1)";
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
