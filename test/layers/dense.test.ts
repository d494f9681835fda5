import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { denseBackward, denseForward } from "../reference/dense.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { loadVectors } from "../vectors/load.js";
import { activations } from "./activations.js";
import { expectLayer } from "./expectLayer.js";

interface Case {
  /** (samples, ..., inputs) */
  readonly x: readonly number[];
  readonly units: number;
  readonly activation?: keyof typeof activations;
  readonly useBias?: boolean;
}

const CASES: Case[] = [
  { x: [5, 1], units: 1 },
  { x: [4, 3], units: 7, activation: "relu" },
  { x: [3, 8], units: 8, useBias: false },
  { x: [5, 17], units: 9, activation: "softmax" },
  { x: [2, 100], units: 33, activation: "relu" },
  { x: [1, 576], units: 64, useBias: false },
  { x: [3, 4, 5], units: 6, activation: "softmax" },
  { x: [2, 3, 2, 7], units: 3, activation: "relu" },
];

describe("dense computes what Keras computes", () => {
  it.each(loadVectors("dense"))("$name", async ({ w, b, dw, db, activation, ...rest }) => {
    const layer = layers.dense({ units: w.shape[1]!, activation });
    await expectLayer(layer, { ...rest, weights: [w, b], dweights: [dw, db] });
  });
});

describe("dense computes what the reference computes", () => {
  it.each(CASES.map((one, i) => [JSON.stringify(one), one, i] as const))("%s", async (_name, one, i) => {
    const { units, activation = "linear", useBias = true } = one;
    const values = random(i + 1);
    const x = values.tensor(one.x);
    const w = values.tensor([one.x.at(-1)!, units]);
    const b = useBias ? values.tensor([units]) : tensor([units]);
    const shape = [...one.x.slice(0, -1), units];
    const dy = values.tensor(shape);
    const { forward, backward } = activations[activation];
    const y = tensor(shape, forward(denseForward({ x, w, b })).data);
    const { dx, dw, db } = denseBackward({ x, w, dy: backward({ dy, y }) });
    const weights = useBias ? { weights: [w, b], dweights: [dw, db] } : { weights: [w], dweights: [dw] };
    await expectLayer(layers.dense({ units, activation, useBias }), { x, dy, y, dx, ...weights });
  });
});

/** All names of activations. */
const ACTIVATIONS = [
  ...["linear", "relu", "softmax", "sigmoid", "tanh", "relu6", "leaky_relu", "elu", "selu", "gelu", "gelu_new", "silu"],
  ...["swish", "hard_sigmoid", "hard_silu", "hard_swish", "softplus", "softsign", "exponential", "mish", "celu"],
  ...["log_sigmoid", "hard_tanh", "tanh_shrink", "soft_shrink", "hard_shrink", "squareplus", "sparse_plus"],
  ...["sparse_sigmoid", "log_softmax", "sparsemax", "glu"],
];

describe("dense checks its options", () => {
  it("has Keras' defaults", () => {
    expect(layers.dense({ units: 3 }).config()).toEqual({
      units: 3,
      activation: "linear",
      use_bias: true,
      kernel_initializer: { class_name: "GlorotUniform", config: {} },
      bias_initializer: { class_name: "Zeros", config: {} },
      kernel_regularizer: null,
      bias_regularizer: null,
      activity_regularizer: null,
      kernel_constraint: null,
      bias_constraint: null,
    });
  });

  it.each([
    [{}, TypeError, "dense.units: expected an integer >= 1, got undefined"],
    [{ units: -2 }, RangeError, "dense.units: expected an integer >= 1, got -2"],
    [
      { units: 2, activation: "swoosh" },
      RangeError,
      `dense.activation: expected ${ACTIVATIONS.map((name) => `"${name}"`).join(" or ")}, got "swoosh"`,
    ],
    [{ units: 2, useBias: "no" }, TypeError, 'dense.useBias: expected true or false, got "no"'],
    [
      { units: 2, biasInitializer: "twos" },
      RangeError,
      'dense.biasInitializer: expected "zeros" or "ones" or "constant" or "glorotUniform" or "randomUniform" or "randomNormal" or "truncatedNormal" or "glorotNormal" or "heNormal" or "heUniform" or "lecunNormal" or "lecunUniform" or "varianceScaling" or "orthogonal" or "identity", or an initializer, got "twos"; register a class of your own with registerInitializer first',
    ],
    [
      { units: 2, bias: true },
      TypeError,
      "dense: expected options among units, activation, kernelInitializer, kernelRegularizer, kernelConstraint, useBias, " +
        'biasInitializer, biasRegularizer, biasConstraint, activityRegularizer, name, inputShape, trainable, got "bias"',
    ],
  ])("refuses %j", (options, kind, message) => {
    expect(() => layers.dense(options as never)).toThrow(new kind(message));
  });

  it("refuses an activation that nobody knows, and lists those that there are", () => {
    expect(() => layers.dense({ units: 2, activation: "unheard" as never })).toThrow(
      expect.objectContaining({
        name: "RangeError",
        message: expect.stringMatching(
          /^dense\.activation: expected "linear" or "relu" or "softmax" or .*"sigmoid".*, got "unheard"$/,
        ),
      }),
    );
  });

  it("takes an initializer of one's own", () => {
    const half = { className: "Half", fill: (weight: { constant(value: number): void }) => weight.constant(0.5) };
    const model = new Sequential([layers.dense({ units: 2, kernelInitializer: half, inputShape: [3] })]);
    expect(model.getWeights().map(({ data }) => [...data])).toEqual([
      [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
      [0, 0],
    ]);
  });
});
