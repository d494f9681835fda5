import { describe, expect, it } from "vitest";
import { layers } from "wasm-cnn";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { loadVectors } from "../vectors/load.js";
import { expectLayer } from "./expectLayer.js";

describe("convolutions compute what Keras computes", () => {
  it.each(loadVectors("convolutions"))("$name", async ({ className, config, ...rest }) => {
    await expectLayer(layerFromConfig(className, config), rest);
  });
});

describe("conv2dTranspose computes the input gradient of a convolution", () => {
  it.each([
    { size: [5, 4], dilation: [2, 2], padding: "valid", output: [9, 8] },
    { size: [5, 4], dilation: [2, 3], padding: "same", output: [5, 4] },
  ] as const)("%j", async ({ size, dilation, padding, output }) => {
    const source = random(3);
    const [x, w] = [source.tensor([2, ...size, 3]), source.tensor([3, 3, 2, 3])];
    const dy = source.tensor([2, ...output, 2]);
    const inputs = { x: tensor([2, ...output, 2]), w, dilation, padding };
    const y = conv2dBackward({ ...inputs, dy: x }).dx;
    // The pass back is the convolution itself, and the kernel's gradient that of the convolution of dy.
    const dx = conv2dForward({ ...inputs, x: dy });
    const { dw } = conv2dBackward({ ...inputs, x: dy, dy: x });
    const layer = layers.conv2dTranspose({
      filters: 2,
      kernelSize: 3,
      dilationRate: dilation,
      padding,
      useBias: false,
    });
    await expectLayer(layer, { x, dy, y, dx, weights: [w], dweights: [dw] });
  });
});

describe("convolutions check their options", () => {
  it.each([
    [
      () => layers.conv2d({ filters: 6, kernelSize: 3, groups: 4 }),
      "conv2d.groups: expected a divisor of filters (6), got 4",
    ],
    [
      () => layers.depthwiseConv2d({ kernelSize: 3, strides: 2, dilationRate: 2 }),
      "depthwiseConv2d: expected strides or dilationRate to be 1, got strides (2, 2) and dilationRate (2, 2)",
    ],
    [
      () => layers.conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, outputPadding: [1, 2] }),
      "conv2dTranspose.outputPadding: expected less than the strides (2, 2), got 1, 2",
    ],
    [() => layers.conv1d({ filters: 1, kernelSize: 0 }), "conv1d.kernelSize: expected an integer >= 1, got 0"],
    [
      () => layers.conv1dTranspose({ filters: 1, kernelSize: 3, outputPadding: 1 }),
      "conv1dTranspose.outputPadding: expected less than the strides (1), got 1",
    ],
  ])("%s", (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });

  it("and inputs", () => {
    expect(() => layers.conv2d({ filters: 4, kernelSize: 1, groups: 2 }).weightSpecs([[3, 3, 3]])).toThrow(
      "expected an input of channels that 2 groups can share, got 3 channels",
    );
    expect(() => layers.conv1d({ filters: 4, kernelSize: 5 }).outputShape([[4, 3]])).toThrow(
      "expected an input of at least (5,), got (4, 3)",
    );
    expect(() => layers.depthwiseConv2d({ kernelSize: 5 }).outputShape([[4, 9, 3]])).toThrow(RangeError);
    expect(() => layers.separableConv1d({ filters: 1, kernelSize: 5 }).outputShape([[4, 9, 3]])).toThrow(RangeError);
  });

  it("sizes stay open where data decides", () => {
    const open = [Number.NaN, Number.NaN, 3];
    expect(layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 }).outputShape([open])).toEqual([
      Number.NaN,
      Number.NaN,
      2,
    ]);
    expect(layers.conv1d({ filters: 2, kernelSize: 3, padding: "causal" }).outputShape([[Number.NaN, 3]])).toEqual([
      Number.NaN,
      2,
    ]);
  });
});

describe("configs", () => {
  it("of Keras 2 and TensorFlow.js are read", () => {
    const keras2 = { kernel_size: [3, 3], groups: 1, depthwise_regularizer: null, data_format: "channels_last" };
    expect(layerFromConfig("DepthwiseConv2D", keras2).config()).toMatchObject({
      kernel_size: [3, 3],
      depth_multiplier: 1,
    });
    const tfjs = { filters: 2, kernelSize: [3], dilationRate: [1], strides: [2] };
    expect(layerFromConfig("Conv1D", tfjs).config()).toMatchObject({ kernel_size: [3], strides: [2] });
    expect(layerFromConfig("Conv1DTranspose", { ...tfjs, output_padding: null }).config().output_padding).toBeNull();
  });
});
