import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Layer, type LayerOptions, layers } from "wasm-cnn";
import { random } from "../reference/random.js";
import { expectGradients } from "./expectGradients.js";
import { runLayer } from "./harness.js";
import { shapeCases } from "./shapeCases.js";

interface Case {
  readonly name: string;
  readonly make: (options?: LayerOptions) => Layer;
  /** Of one sample. */
  readonly inputShape: readonly number[];
  /** Whether it computes something else in training than at inference, or where it is frozen. */
  readonly differsInTraining?: boolean;
}

/** What makes layers: `conv2d`, and not the class `Conv2D`. */
type Factory = keyof { [K in keyof typeof layers as K extends Uncapitalize<K & string> ? K : never]: K };

/**
 * At least one case for each factory that the package exports: a layer cannot ship without a backward pass. Of an even number of
 * elements none is 0, where activations bend.
 */
const CASES: Partial<Record<Factory, Omit<Case, "name">[]>> = {
  activation: [
    { make: (options) => layers.activation({ activation: "mish", ...options }), inputShape: [4, 5] },
    { make: (options) => layers.activation({ activation: "glu", ...options }), inputShape: [3, 4] },
  ],
  elu: [{ make: (options) => layers.elu({ alpha: 0.5, ...options }), inputShape: [4, 5] }],
  leakyRelu: [{ make: (options) => layers.leakyRelu(options), inputShape: [4, 5] }],
  prelu: [{ make: (options) => layers.prelu({ sharedAxes: 1, ...options }), inputShape: [4, 5] }],
  relu: [{ make: (options) => layers.relu({ negativeSlope: 0.5, maxValue: 0.7, ...options }), inputShape: [4, 5] }],
  softmax: [{ make: (options) => layers.softmax({ axis: 1, ...options }), inputShape: [4, 5] }],
  conv2d: [
    { make: (options) => layers.conv2d({ filters: 3, kernelSize: 2, ...options }), inputShape: [3, 4, 2] },
    {
      make: (options) => layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same", ...options }),
      inputShape: [4, 3, 1],
    },
    {
      make: (options) => layers.conv2d({ filters: 3, kernelSize: 2, activation: "softmax", ...options }),
      inputShape: [3, 3, 1],
    },
  ],
  dense: [
    { make: (options) => layers.dense({ units: 5, ...options }), inputShape: [7] },
    { make: (options) => layers.dense({ units: 3, activation: "softmax", ...options }), inputShape: [2, 3] },
  ],
  flatten: [{ make: (options) => layers.flatten(options), inputShape: [2, 3, 2] }],
  maxPooling2d: [
    { make: (options) => layers.maxPooling2d(options), inputShape: [4, 5, 3] },
    {
      make: (options) => layers.maxPooling2d({ poolSize: 3, strides: 1, padding: "same", ...options }),
      inputShape: [4, 4, 1],
    },
  ],
  rescaling: [{ make: (options) => layers.rescaling({ scale: -0.5, offset: 2, ...options }), inputShape: [3, 5] }],
  ...shapeCases,
};

/** Specs of layers, and the vectors of Keras that they read. */
const specs = ["test/layers", "test/vectors"].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(ts|json)$/.test(name))
    .map((name) => readFileSync(`${folder}/${name}`, "utf8")),
);

it("there is a spec for every layer that is exported", () => {
  // An InputLayer computes nothing.
  const classes = Object.entries(layers).filter(([name]) => /^[A-Z]/.test(name) && name !== "InputLayer");
  const without = classes.filter(([name, layerClass]) => {
    const factory = name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase());
    const isNamed = new RegExp(
      `"${(layerClass as { className?: string }).className ?? name}"|\\blayers\\.${factory}\\(`,
      "i",
    );
    return !specs.some((spec) => isNamed.test(spec));
  });
  expect(without.map(([name]) => name)).toEqual([]);
});

const all = Object.entries(CASES).flatMap(([name, cases]) => cases.map((one): Case => ({ name, ...one })));

describe.each(all)("$name on $inputShape", ({ make, inputShape, differsInTraining = false }) => {
  const samples = 3;
  const shape = [samples, ...inputShape];

  it("has the gradients that finite differences say", async () => {
    await expectGradients(make(), shape);
    await expectGradients(make(), shape, { shardSamples: 1 });
  });

  it("gives the same bits with any number of threads", async () => {
    const layer = make();
    const x = random(3).tensor([7, ...inputShape]);
    const dy = random(4).tensor([7, ...layer.outputShape([inputShape])]);
    const alone = await runLayer(layer, { x, dy, shardSamples: 1 });
    for (const threads of [1, 3]) expect(await runLayer(layer, { x, dy, shardSamples: 1, threads })).toEqual(alone);
  });

  it("takes bytes at face value", async () => {
    const layer = make();
    const bytes = Uint8Array.from(random(1).tensor(shape).data, (value) => 127.5 + 127.5 * value);
    const dy = random(2).tensor([samples, ...layer.outputShape([inputShape])]);
    const fromBytes = await runLayer(layer, { x: { shape, data: bytes }, dy });
    const fromFloats = await runLayer(layer, { x: { shape, data: Float32Array.from(bytes) }, dy });
    expect(fromBytes.y).toEqual(fromFloats.y);
    expect(fromBytes.dweights).toEqual(fromFloats.dweights);
    expect(fromBytes.dx).toHaveLength(0);
    expect(fromFloats.dx).toHaveLength(bytes.length);
  });

  it.skipIf(differsInTraining)("computes the same at inference", async () => {
    const x = random(3).tensor(shape);
    const training = await runLayer(make(), { x });
    const inference = await runLayer(make(), { x, training: false });
    expect(inference.y).toEqual(training.y);
    expect(inference.y.some((value) => value !== 0)).toBe(true);
  });

  it.skipIf(differsInTraining)("hands the gradient on when it is frozen", async () => {
    const layer = make();
    const x = random(4).distinct(shape);
    const dy = random(5).tensor([samples, ...layer.outputShape([inputShape])]);
    const trained = await runLayer(layer, { x, dy });
    const frozen = await runLayer(make({ trainable: false }), { x, dy });
    expect(frozen.dx).toEqual(trained.dx);
    expect(frozen.dweights.every(({ length }) => length === 0)).toBe(true);
  });

  it("tells its name, its trainability and its options as plain JSON", () => {
    const layer = make({ name: "mine", trainable: false, inputShape });
    expect(layer).toMatchObject({ name: "mine", trainable: false, inputShape });
    expect(layer).toBeInstanceOf(make().constructor);
    expect(JSON.parse(JSON.stringify(layer.config()))).toEqual(layer.config());
    expect(make({ name: "yours" }).config()).toEqual(layer.config());
  });

  it("refuses options of the wrong kind", () => {
    const message = (text: string) => expect.objectContaining({ message: expect.stringContaining(text) });
    expect(() => make({ name: "" })).toThrow(message('.name: expected a text, got ""'));
    expect(() => make({ trainable: 1 as never })).toThrow(message(".trainable: expected true or false, got 1"));
    expect(() => make({ inputShape: [0] })).toThrow(message(".inputShape[0]: expected an integer >= 1, got 0"));
    expect(() => make({ inputShape: 4 as never })).toThrow(message(".inputShape: expected an array of sizes, got 4"));
  });
});

it("names layers as Keras does, counting in the process", () => {
  const [first, second] = [layers.maxPooling2d().name, layers.maxPooling2d().name];
  expect(first).toMatch(/^max_pooling2d(_\d+)?$/);
  const number = Number(first.match(/_(\d+)$/)?.[1] ?? 0);
  expect(second).toBe(`max_pooling2d_${number + 1}`);
});
