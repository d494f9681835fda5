import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { errorLike } from "../errorLike.js";
import { type Conv2dOptions, conv2dBackward, conv2dForward, conv2dOutputShape } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { loadVectors } from "../vectors/load.js";
import { activations } from "./activations.js";
import { convolutionTolerance, expectLayer } from "./expectLayer.js";

interface Case extends Conv2dOptions {
  /** (samples, height, width, channels) */
  readonly x: readonly [number, number, number, number];
  /** (height, width, filters) */
  readonly kernel: readonly [number, number, number];
  readonly activation?: keyof typeof activations;
  readonly useBias?: boolean;
}

const CASES: Case[] = [
  { x: [5, 3, 3, 1], kernel: [3, 3, 1] },
  { x: [1, 4, 4, 2], kernel: [4, 4, 2], activation: "relu" },
  { x: [2, 1, 9, 3], kernel: [1, 4, 5] },
  { x: [3, 9, 1, 4], kernel: [3, 1, 7], activation: "softmax" },
  { x: [4, 6, 7, 5], kernel: [1, 1, 8], useBias: false },
  { x: [5, 7, 6, 9], kernel: [3, 2, 17], activation: "relu" },
  { x: [2, 13, 13, 32], kernel: [3, 3, 16], activation: "relu" },
  { x: [3, 8, 9, 3], kernel: [3, 3, 6], strides: [2, 3] },
  { x: [2, 8, 8, 4], kernel: [2, 2, 9], strides: [4, 4], activation: "relu", useBias: false },
  { x: [3, 7, 5, 2], kernel: [4, 4, 3], padding: "same" },
  { x: [2, 7, 10, 6], kernel: [3, 5, 5], strides: [3, 2], padding: "same", activation: "softmax" },
  { x: [2, 9, 11, 4], kernel: [3, 2, 6], dilation: [2, 3], useBias: false },
  { x: [1, 6, 6, 3], kernel: [5, 5, 2], dilation: [3, 3], padding: "same", activation: "relu" },
];

describe("conv2d computes what Keras computes", () => {
  it.each(loadVectors("conv2d"))("$name", async ({ w, b, dw, db, strides, dilation, padding, activation, ...rest }) => {
    const [kernelHeight, kernelWidth, , filters] = w.shape as [number, number, number, number];
    const kernelSize = [kernelHeight, kernelWidth] as const;
    const layer = layers.conv2d({ filters, kernelSize, strides, dilationRate: dilation, padding, activation });
    await expectLayer(layer, { ...rest, weights: [w, b], dweights: [dw, db] });
  });
});

describe("conv2d computes what the reference computes", () => {
  it.each(CASES.map((one, i) => [JSON.stringify(one), one, i] as const))("%s", async (_name, one, i) => {
    const { kernel, activation = "linear", useBias = true, strides, dilation, padding } = one;
    const [kernelHeight, kernelWidth, filters] = kernel;
    const values = random(i + 1);
    const x = values.tensor(one.x);
    const w = values.tensor([kernelHeight, kernelWidth, one.x[3], filters]);
    const b = useBias ? values.tensor([filters]) : tensor([filters]);
    const window = { ...(strides && { strides }), ...(padding && { padding }) };
    const inputs = { x, w, b, ...window, ...(dilation && { dilation }) };
    const dy = values.tensor(conv2dOutputShape(inputs));
    const { forward, backward } = activations[activation];
    const y = forward(conv2dForward(inputs));
    const { dx, dw, db } = conv2dBackward({ ...inputs, dy: backward({ dy, y }) });

    const options = { filters, kernelSize: [kernelHeight, kernelWidth] as const, activation, useBias, ...window };
    const layer = layers.conv2d({ ...options, ...(dilation && { dilationRate: dilation }) });
    const weights = useBias ? { weights: [w, b], dweights: [dw, db] } : { weights: [w], dweights: [dw] };
    await expectLayer(layer, { x, dy, y, dx, ...weights, tolerance: convolutionTolerance(one.x[3], filters) });
  });
});

describe("conv2d checks its options", () => {
  it("has Keras' defaults", () => {
    const layer = layers.conv2d({ filters: 4, kernelSize: 3 });
    expect(layer.config()).toEqual({
      filters: 4,
      kernel_size: [3, 3],
      strides: [1, 1],
      padding: "valid",
      data_format: "channels_last",
      dilation_rate: [1, 1],
      groups: 1,
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
    expect(layer.trainable).toBe(true);
  });

  it("keeps what it was given", () => {
    const options = { filters: 4, kernelSize: [3, 5], strides: [2, 1], padding: "same", activation: "relu" } as const;
    const config = layers.conv2d({ ...options, useBias: false, biasInitializer: "glorot_uniform" }).config();
    expect(config).toMatchObject({ kernel_size: [3, 5], strides: [2, 1], padding: "same", activation: "relu" });
    expect(config).toMatchObject({ use_bias: false, bias_initializer: { class_name: "GlorotUniform" } });
  });

  it.each([
    [{ kernelSize: 3 }, TypeError, "conv2d.filters: expected an integer >= 1, got undefined"],
    [{ filters: 0, kernelSize: 3 }, RangeError, "conv2d.filters: expected an integer >= 1, got 0"],
    [{ filters: 1.5, kernelSize: 3 }, RangeError, "conv2d.filters: expected an integer >= 1, got 1.5"],
    [{ filters: "8", kernelSize: 3 }, TypeError, 'conv2d.filters: expected an integer >= 1, got "8"'],
    [{ filters: 8 }, TypeError, "conv2d.kernelSize: expected an integer >= 1, got undefined"],
    [{ filters: 8, kernelSize: [3] }, RangeError, "conv2d.kernelSize: expected one integer or two, got [3]"],
    [{ filters: 8, kernelSize: [3, -1] }, RangeError, "conv2d.kernelSize: expected an integer >= 1, got -1"],
    [{ filters: 8, kernelSize: 3, strides: 0 }, RangeError, "conv2d.strides: expected an integer >= 1, got 0"],
    [
      { filters: 8, kernelSize: 3, padding: "full" },
      RangeError,
      'conv2d.padding: expected "valid" or "same", got "full"',
    ],
    [{ filters: 8, kernelSize: 3, useBias: 1 }, TypeError, "conv2d.useBias: expected true or false, got 1"],
    [
      { filters: 8, kernelSize: 3, kernelInitializer: "he" },
      RangeError,
      'conv2d.kernelInitializer: expected "zeros" or "ones" or "constant" or "glorotUniform" or "randomUniform" or "randomNormal" or "truncatedNormal" or "glorotNormal" or "heNormal" or "heUniform" or "lecunNormal" or "lecunUniform" or "varianceScaling" or "orthogonal" or "identity", or an initializer, got "he"; register a class of your own with registerInitializer first',
    ],
    [
      { filters: 8, kernelSize: 3, strides: 2, dilationRate: [1, 2] },
      RangeError,
      "conv2d: expected strides or dilationRate to be 1, got strides (2, 2) and dilationRate (1, 2)",
    ],
    [
      { filters: 8, kernelSize: 3, kernel_size: 3 },
      TypeError,
      "conv2d: expected options among filters, kernelSize, strides, padding, dilationRate, groups, activation, " +
        "kernelInitializer, kernelRegularizer, kernelConstraint, useBias, biasInitializer, biasRegularizer, " +
        'biasConstraint, activityRegularizer, name, inputShape, trainable, got "kernel_size"',
    ],
  ])("refuses %j", (options, kind, message) => {
    expect(() => layers.conv2d(options as never)).toThrow(new kind(message));
  });

  it("refuses an activation that nobody knows, and lists those that there are", () => {
    expect(() => layers.conv2d({ filters: 8, kernelSize: 3, activation: "unheard" as never })).toThrow(
      expect.objectContaining({
        name: "RangeError",
        message: expect.stringMatching(
          /^conv2d\.activation: expected "linear" or "relu" or "softmax" or .*"sigmoid".*, got "unheard"$/,
        ),
      }),
    );
  });

  it("refuses inputs that are no images or too small", () => {
    const layer = () => layers.conv2d({ filters: 2, kernelSize: [3, 2], dilationRate: [2, 1], name: "c" });
    const build = (inputShape: number[]) => () => {
      const first = layers.rescaling({ scale: 1, inputShape, name: "r" });
      new Sequential([first, layer()]);
    };
    expect(build([4, 9])).toThrow(
      errorLike(
        RangeError,
        'layer "c": expected an input of shape (height, width, channels), got (4, 9); shapes: input_layer (4, 9) -> r (4, 9)',
      ),
    );
    expect(build([4, 2, 3])).toThrow(
      errorLike(
        RangeError,
        'layer "c": expected an input of at least (5, 2), got (4, 2, 3); shapes: input_layer (4, 2, 3) -> r (4, 2, 3)',
      ),
    );
    expect(build([5, 2, 3])).not.toThrow();
  });
});
