import { describe, expect, it } from "vitest";
import { activations, layers, ProgramBuilder } from "wasm-cnn";
import { activation as activationOption } from "../../dist/activations/option.js";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { expectGradients } from "./expectGradients.js";
import { expectLayer } from "./expectLayer.js";
import { runLayer } from "./harness.js";

describe("activations compute what Keras computes", () => {
  const { read } = activationOption();

  it.each(loadVectors("activations"))("$name $options", async ({ name, options, ...rest }) => {
    const config = options ? { class_name: name, config: options } : name;
    const activation = read!("test", config) as "relu";
    const layer = layers.activation({ activation });
    await expectLayer(layer, { ...rest, tolerance: tolerances.activation });
    expect(layer.config()).toEqual({ activation: config === "swish" ? "swish" : config });
  });
});

describe("activations", () => {
  const x = random(1).tensor([3, 5]);

  it("have Keras' names, also in camel case, and others are refused", async () => {
    for (const name of ["leakyRelu", "leaky_relu", "hardSwish", "geluNew"] as const) {
      const { y } = await runLayer(layers.activation({ activation: name }), { x });
      expect(y).not.toEqual(Float32Array.from(x.data));
    }
    expect(() => layers.activation({ activation: "leaky" as never })).toThrow(
      /activation: expected "linear" or "relu"/,
    );
    expect(() => layers.activation({ activation: "threshold" as never })).toThrow(RangeError);
  });

  it("stand as objects in layers and configs, TensorFlow.js' hard sigmoid too", async () => {
    const layer = layers.activation({ activation: activations.hardSigmoid({ slope: 0.2 }) });
    const { y } = await runLayer(layer, { x });
    expectClose(
      y,
      x.data.map((value) => Math.min(Math.max(0.2 * value + 0.5, 0), 1)),
      tolerances.layer,
    );
    const again = layerFromConfig("Activation", layer.config());
    expect((await runLayer(again, { x })).y).toEqual(y);
  });

  it("are read from Keras' layers that stand in the place of an activation", async () => {
    const config = { name: "mine", trainable: true, dtype: "float32", negative_slope: 0.25 };
    const leaky = { module: "keras.layers", class_name: "LeakyReLU", config };
    const { y } = await runLayer(layerFromConfig("Activation", { activation: leaky }), { x });
    expectClose(
      y,
      x.data.map((value) => (value > 0 ? value : 0.25 * value)),
      tolerances.layer,
    );
    const keras2 = layerFromConfig("LeakyReLU", { alpha: 0.25 });
    expect((await runLayer(keras2, { x })).y).toEqual(y);
  });

  const halving = (activation: "glu" | "linear") => [
    { layer: layers.dense({ units: 6, activation }), shape: [5] },
    { layer: layers.activation({ activation }), shape: [4] },
    { layer: layers.conv1d({ filters: 6, kernelSize: 2, activation }), shape: [4, 3] },
    { layer: layers.conv2d({ filters: 4, kernelSize: 2, padding: "same", activation }), shape: [3, 4, 2] },
    { layer: layers.conv2d({ filters: 4, kernelSize: 2, groups: 2, activation }), shape: [3, 4, 2] },
    { layer: layers.conv1dTranspose({ filters: 6, kernelSize: 2, activation }), shape: [4, 3] },
    { layer: layers.conv2dTranspose({ filters: 4, kernelSize: 2, strides: 2, activation }), shape: [3, 2, 3] },
    { layer: layers.depthwiseConv1d({ kernelSize: 2, depthMultiplier: 2, activation }), shape: [4, 3] },
    { layer: layers.depthwiseConv2d({ kernelSize: 3, activation }), shape: [4, 5, 6] },
    { layer: layers.separableConv1d({ filters: 4, kernelSize: 2, activation }), shape: [4, 3] },
    { layer: layers.separableConv2d({ filters: 4, kernelSize: 2, activation }), shape: [3, 4, 3] },
  ];

  it.each(
    halving("glu").map((each, i) => ({ ...each, plain: halving("linear")[i]!.layer, name: each.layer.className })),
  )("halve the last axis of what $name gives out, as glu", async ({ layer, plain, shape }) => {
    const whole = plain.outputShape([shape]);
    const half = [...whole.slice(0, -1), whole.at(-1)! / 2];
    expect(layer.outputShape([shape])).toEqual(half);
    const input = random(2).tensor([3, ...shape]);
    const weights = plain.weightSpecs([shape]).map((spec, i) => random(3 + i).tensor([...spec.shape]).data);
    const { y, outputShape } = await runLayer(layer, { x: input, weights });
    expect(outputShape).toEqual(half);
    const before = await runLayer(plain, { x: input, weights });
    const z = { shape: [3, ...whole], data: Float64Array.from(before.y) };
    expect(y).toEqual((await runLayer(layers.activation({ activation: "glu" }), { x: z })).y);
    await expectGradients(layer, [2, ...shape]);
  });

  it("refuse to halve an odd number", () => {
    const refused = "expected an even number of elements in the last axis";
    expect(() => layers.dense({ units: 5, activation: "glu" }).outputShape([[5]])).toThrow(refused);
    const odd = layers.conv2d({ filters: 3, kernelSize: 1, activation: "glu" });
    expect(() => odd.outputShape([[2, 2, 1]])).toThrow(refused);
  });

  it("are all there as objects: what Keras has by name", async () => {
    const data = x.data.map((value) => 3 * value);
    const bounded = activations.relu({ negativeSlope: 0.5, maxValue: 1, threshold: 0.25 });
    const layer = layers.activation({ activation: bounded });
    const expected = data.map((value) => (value > 0.25 ? Math.min(value, 1) : 0.5 * (value - 0.25)));
    expectClose((await runLayer(layer, { x: { ...x, data } })).y, expected, tolerances.layer);
    expect(activations.swish).toBe(activations.silu);
    expect(activations.hardSwish).toBe(activations.hardSilu);
    const factories = Object.values(activations).flatMap((each) =>
      "activationName" in each ? [each.activationName] : [],
    );
    // Of threshold Keras has no name, and a linear one gives back what it takes.
    const named = loadVectors("activations").map(({ name }) =>
      name === "swish" ? "silu" : name === "hard_swish" ? "hard_silu" : name,
    );
    expect([...new Set(factories)].sort()).toEqual([...new Set([...named, "linear", "relu", "softmax"])].sort());
  });

  it("tell a loss where they come from", async () => {
    for (const name of ["sigmoid", "softmax"] as const) {
      const program = new ProgramBuilder(true, 1);
      const layer = layers.activation({ activation: name });
      await layer.load();
      const input = program.batchRegion([5]);
      const [y] = program.apply(layer, [input], []);
      expect([y!.logits, y!.logitsOf]).toEqual([input, name]);
    }
  });
});

describe("layers that are activations compute what Keras computes, made from its configs", () => {
  it.each(loadVectors("activationLayers"))("$name", async ({ name: _, className, config, ...rest }) => {
    const layer = layerFromConfig(className, config);
    await expectLayer(layer, { ...rest, tolerance: tolerances.activation });
    expect(layer.config()).toMatchObject(config);
  });

  it.each(loadVectors("prelu"))("PReLU: $name", async ({ name: _, sharedAxes, w, dw, ...rest }) => {
    await expectLayer(layers.prelu({ sharedAxes }), { ...rest, weights: [w], dweights: [dw] });
  });
});

describe("merging layers compute what Keras computes", () => {
  it.each([...loadVectors("merging"), ...loadVectors("operators")])(
    "$name",
    async ({ className, config, xs, dxs, y, dy, ...weights }) => {
      const layer = layerFromConfig(className, config);
      const [x, ...others] = xs;
      const [dx, ...dothers] = dxs;
      expect(layer.outputShape(xs.map(({ shape }) => shape.slice(1)))).toEqual(y.shape.slice(1));
      await expectLayer(layer, { x: x!, others, y, dy, dx: dx!, dothers, ...weights });
      expect(layer.config()).toMatchObject(config);
    },
  );
});

describe("ActivityRegularization computes what Keras computes", () => {
  it.each(loadVectors("activityRegularization"))("$name", async ({ l1, l2, x, penalty, dx }) => {
    const layer = layers.activityRegularization({ l1, l2 });
    const dy = { shape: x.shape, data: new Float32Array(x.data.length) };
    for (const shardSamples of [1, 3]) {
      const run = await runLayer(layer, { x, dy, shardSamples });
      expect(run.y).toEqual(x.data);
      const { absolute } = tolerances.layer;
      expect(Math.abs(run.penalty.reduce((sum, value) => sum + value, 0) / x.shape[0]! - penalty)).toBeLessThan(
        absolute,
      );
      for (const [i, value] of run.dx.entries()) expect(Math.abs(value - dx.data[i]!)).toBeLessThan(absolute);
    }
  });
});

describe("merging layers refuse what does not fit", () => {
  it.each([
    [
      () =>
        layers.add().outputShape([
          [3, 4],
          [3, 5],
        ]),
      "expected inputs of equal sizes, or of size 1, along each axis, got (3, 4) and (3, 5)",
    ],
    [() => layers.subtract().outputShape([[3], [3], [3]]), "expected two inputs, got 3"],
    [
      () =>
        layers.concatenate().outputShape([
          [3, 4],
          [2, 4],
        ]),
      "expected inputs of equal shapes, but for axis 2, got (3, 4) and (2, 4)",
    ],
    [
      () => layers.concatenate({ axis: 0 }).outputShape([[3], [3]]),
      "expected axis from 1 to 1, or from -1 back, got 0 and the batch axis",
    ],
    [
      () => layers.dot({ axes: 1 }).outputShape([[3], [4]]),
      "expected equal sizes along axes 1 and 1, got (3,) and (4,)",
    ],
    [
      () => layers.softmax({ axis: [1, 3] }).outputShape([[2, 3, 4]]),
      "expected axes that are neighbours, each once, got (1, 3)",
    ],
    [
      () => layers.prelu({ sharedAxes: [1, 3] }).outputShape([[2, 3, 4]]),
      "expected sharedAxes that are neighbours, got (1, 3)",
    ],
  ])("%s", (act, message) => {
    expect(act).toThrow(new RangeError(message));
  });

  it("knows shapes with open sizes", () => {
    const open = Number.NaN;
    expect(
      layers.add().outputShape([
        [open, open, 4],
        [1, 1, 4],
      ]),
    ).toEqual([open, open, 4]);
    expect(
      layers.concatenate().outputShape([
        [open, open, 4],
        [open, open, 3],
      ]),
    ).toEqual([open, open, 7]);
  });
});
