import { describe, expect, it } from "vitest";
import { layers } from "wasm-cnn";
import { layerFromConfig } from "../../dist/layers/registry.js";

const zeros = { class_name: "Zeros", config: {} };
const ones = { module: "keras.initializers", class_name: "Ones", config: {}, registered_name: null };

describe("configs of other dialects", () => {
  it.each([
    // Keras 3.
    [
      "BatchNormalization",
      {
        ...{ axis: -1, momentum: 0.9, epsilon: 1e-5, center: true, scale: true, synchronized: true },
        ...{ beta_initializer: zeros, gamma_initializer: ones, moving_mean_initializer: zeros },
        ...{ moving_variance_initializer: ones, beta_regularizer: null, gamma_constraint: null },
        ...{ renorm: false, renorm_clipping: null, renorm_momentum: 0.99 },
      },
      { momentum: 0.9, epsilon: 1e-5, axis: -1 },
    ],
    // Keras 2 has its axes in lists, TensorFlow.js its names in snake case too.
    ["BatchNormalization", { axis: [3], momentum: 0.99 }, { axis: 3, center: true }],
    ["LayerNormalization", { axis: [3], epsilon: 1e-6, rms_scaling: false }, { axis: [3], epsilon: 1e-6 }],
    ["GroupNormalization", { groups: 4, axis: -1 }, { groups: 4 }],
    ["MaxPooling1D", { pool_size: [3], strides: [2], padding: "same", data_format: "channels_last" }, { poolSize: 3 }],
    ["AveragePooling1D", { pool_size: [3], strides: null }, { poolSize: 3, strides: 3 }],
    ["AveragePooling2D", { pool_size: [3, 2], strides: null }, { poolSize: [3, 2], strides: [3, 2] }],
    [
      "ZeroPadding2D",
      {
        padding: [
          [0, 1],
          [2, 3],
        ],
        data_format: "channels_last",
      },
      {
        padding: [
          [0, 1],
          [2, 3],
        ],
      },
    ],
    ["ZeroPadding1D", { padding: [1, 2] }, { padding: [1, 2] }],
    ["AdaptiveAveragePooling1D", { output_size: [4] }, { outputSize: 4 }],
    ["GlobalAveragePooling2D", { data_format: "channels_last", keepdims: true }, { keepdims: true }],
    ["GlobalAveragePooling2D", { dataFormat: "channels_last" }, { keepdims: false }],
    ["Reshape", { target_shape: [-1, 8] }, { targetShape: [-1, 8] }],
    ["Normalization", { axis: [-1], mean: null, variance: null, invert: false }, { mean: null, axis: [-1] }],
    [
      "Resizing",
      { height: 3, width: 4, crop_to_aspect_ratio: true },
      { cropToAspectRatio: true, interpolation: "bilinear" },
    ],
  ])("%s %j", (className, config, expected) => {
    const layer = layerFromConfig(className, config);
    expect(layer).toMatchObject(expected);
    const again = layerFromConfig(className, JSON.parse(JSON.stringify(layer.config())));
    expect(again.config()).toEqual(layer.config());
  });

  it.each([
    ["BatchNormalization", { renorm: true }, /renorm: expected false/],
    ["LayerNormalization", { rms_scaling: true }, /expected no rms_scaling, got true/],
    ["AveragePooling2D", { data_format: "channels_first" }, /expected no data_format, got "channels_first"/],
  ])("refuses %s %j", (className, config, message) => {
    expect(() => layerFromConfig(className, config)).toThrow(message);
  });
});

describe("options that do not fit", () => {
  it.each([
    [() => layers.reshape({ targetShape: [-1, -1] }), "reshape.targetShape: expected -1 once at most, got [-1, -1]"],
    [() => layers.permute({ dims: [1, 3] }), "permute.dims: expected the axes from 1 on, each once, got [1, 3]"],
    [
      () => layers.zeroPadding2d({ padding: [1, 2, 3] as never }),
      "zeroPadding2d.padding: expected an integer, (height, width) or ((top, bottom), (left, right)), got [1, 2, 3]",
    ],
    [
      () => layers.resizing({ height: 2, width: 2, cropToAspectRatio: true, padToAspectRatio: true }),
      "resizing: expected cropToAspectRatio or padToAspectRatio, got both",
    ],
    [() => layers.normalization({ mean: 1 }), "normalization: expected as many means as variances, got 1 and 0"],
    [
      () => layers.reshape({ targetShape: [5, -1] }).outputShape([[2, 3]]),
      "expected an input with as many elements as (5, -1) asks for, got (2, 3)",
    ],
    [
      () => layers.cropping2d({ cropping: 2 }).outputShape([[5, 4, 1]]),
      "expected an input of at least (5, 5), got (5, 4, 1)",
    ],
    [
      () => layers.groupNormalization({ groups: 4 }).outputShape([[2, 6]]),
      "expected channels that 4 groups divide, got 6",
    ],
    [
      () => layers.rmsNormalization({ axis: 1 }).outputShape([[2, 6]]),
      "expected the last axis or the last ones, got 1",
    ],
    [
      () => layers.maxPooling1d().outputShape([[2, 3, 4]]),
      "expected an input of shape (steps, channels), got (2, 3, 4)",
    ],
    [
      () => layers.globalAveragePooling2d().outputShape([[2, 3]]),
      "expected an input of shape (height, width, channels), got (2, 3)",
    ],
  ])("%#", (make, message) => {
    expect(make).toThrow(new RangeError(message));
  });

  it("leave open sizes open", () => {
    const open = [Number.NaN, Number.NaN, 3];
    expect(layers.averagePooling2d().outputShape([open])).toEqual(open);
    expect(layers.zeroPadding2d().outputShape([open])).toEqual(open);
    expect(layers.upSampling2d().outputShape([open])).toEqual(open);
    expect(layers.batchNormalization().outputShape([open])).toEqual(open);
    expect(layers.globalAveragePooling2d().outputShape([open])).toEqual([3]);
    expect(layers.reshape({ targetShape: [-1, 3] }).outputShape([open])).toEqual([Number.NaN, 3]);
  });
});

describe("normalization.adapt", () => {
  it("takes mean and variance from data", () => {
    const layer = layers.normalization();
    layer.adapt({ data: [1, 10, 2, 20, 3, 30, 6, 40], shape: [2, 2, 2] });
    const [mean, variance, count] = layer.getWeights().map(({ data }) => [...data]);
    expect([mean, variance, count]).toEqual([[3, 25], [3.5, 125], [0]]);
    const whole = layers.normalization({ axis: null });
    whole.adapt({ data: [1, 2, 3, 6], shape: [2, 2] });
    expect(whole.getWeights().map(({ data }) => data[0])).toEqual([3, 3.5, 0]);
  });

  it.each([
    [[[1, 2]], "adapt: expected { data, shape }, which stack(samples) makes of arrays, got "],
    [{ data: [1, 2, 3], shape: [2, 2] }, "adapt: expected as many numbers as the shape (2, 2) has, and some, got 3"],
    [{ data: [], shape: [0, 2] }, "adapt: expected as many numbers as the shape (0, 2) has, and some, got 0"],
    [{ data: [1, Number.NaN], shape: [2, 1] }, "adapt: expected finite numbers, got NaN at index 1"],
  ])("is refused other data, and keeps what it has: %j", (samples, message) => {
    const layer = layers.normalization();
    layer.adapt({ data: [1, 3], shape: [2, 1] });
    expect(() => layer.adapt(samples as never)).toThrow(message);
    expect(layer.getWeights().map(({ data }) => data[0])).toEqual([2, 1, 0]);
  });

  it("is refused where they are given", () => {
    const layer = layers.normalization({ mean: 0, variance: 1, name: "n" });
    expect(() => layer.adapt({ data: [1], shape: [1, 1] })).toThrow(
      new Error("n.adapt: expected a layer without a given mean"),
    );
  });
});
