import { activations, input, type Layer, layers, Model, Sequential } from "wasm-cnn";
import { random } from "../reference/random.js";

type AnyModel = Sequential | Model;

/** A layer after an input, so that the layer itself takes none of its options. */
const on = (shape: readonly (number | null)[], layer: Layer) => {
  const x = input({ shape, name: "x" });
  return new Model({ inputs: x, outputs: layer.apply(x) });
};
const between = (shape: readonly number[], ...middle: Layer[]) =>
  new Sequential([layers.inputLayer({ shape }), ...middle]);
const merged = (layer: Layer, ...shapes: (readonly number[])[]) => {
  const inputs = shapes.map((shape, i) => input({ shape, name: `x${i}` }));
  return new Model({ inputs, outputs: layer.apply(inputs) });
};

const image = [7, 6, 4] as const;
const sequence = [9, 4] as const;

/** Models by the layer that they are about: with each option of a layer that ONNX says in a way of its own. */
export const ONNX_CASES: Readonly<Record<string, readonly (() => AnyModel)[]>> = {
  dense: [() => on([3], layers.dense({ units: 2 })), () => on([2, 3], layers.dense({ units: 2, activation: "gelu" }))],
  spectralNormalization: [
    () => on([3], layers.spectralNormalization({ layer: layers.dense({ units: 2, activation: "tanh" }) })),
    () => on(image, layers.spectralNormalization({ layer: layers.conv2d({ filters: 2, kernelSize: 3 }) })),
  ],
  conv1d: [
    () => on(sequence, layers.conv1d({ filters: 3, kernelSize: 2, strides: 2 })),
    () => on(sequence, layers.conv1d({ filters: 4, kernelSize: 3, padding: "same", strides: 2, groups: 2 })),
    () =>
      on(sequence, layers.conv1d({ filters: 3, kernelSize: 3, padding: "causal", dilationRate: 2, useBias: false })),
    () => on(sequence, layers.conv1d({ filters: 3, kernelSize: 3, padding: "causal", strides: 2 })),
    () => on([null, 4], layers.conv1d({ filters: 3, kernelSize: 3, padding: "causal", strides: 2 })),
    () => between(sequence, layers.conv1d({ filters: 3, kernelSize: 3 }), layers.flatten(), layers.dense({ units: 2 })),
  ],
  conv2d: [
    () => on(image, layers.conv2d({ filters: 6, kernelSize: [3, 2], padding: "same", strides: [2, 1], groups: 2 })),
    () => on(image, layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", dilationRate: 2 })),
    () => on([null, null, 4], layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", strides: 2 })),
    () => on([null, 6, 4], layers.conv2d({ filters: 2, kernelSize: [2, 3] })),
  ],
  depthwiseConv1d: [
    () => on(sequence, layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2, padding: "same", strides: 2 })),
    () => on(sequence, layers.depthwiseConv1d({ kernelSize: 3, dilationRate: 2, useBias: false })),
  ],
  depthwiseConv2d: [
    () => on(image, layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", strides: 2 })),
    () =>
      on(image, layers.depthwiseConv2d({ kernelSize: [2, 3], dilationRate: 2, useBias: false, activation: "relu6" })),
  ],
  separableConv1d: [
    () => on(sequence, layers.separableConv1d({ filters: 3, kernelSize: 3, depthMultiplier: 2, padding: "same" })),
    () => on(sequence, layers.separableConv1d({ filters: 3, kernelSize: 2, strides: 2, useBias: false })),
  ],
  separableConv2d: [
    () =>
      on(image, layers.separableConv2d({ filters: 3, kernelSize: 3, depthMultiplier: 2, padding: "same", strides: 2 })),
    () => on(image, layers.separableConv2d({ filters: 3, kernelSize: 2, dilationRate: 2, useBias: false })),
    () => on([null, null, 4], layers.separableConv2d({ filters: 3, kernelSize: 3, padding: "same" })),
  ],
  conv1dTranspose: (["valid", "same"] as const).flatMap((padding) => [
    () => on(sequence, layers.conv1dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding })),
    () => on(sequence, layers.conv1dTranspose({ filters: 3, kernelSize: 2, strides: 3, padding })),
    () => on(sequence, layers.conv1dTranspose({ filters: 3, kernelSize: 3, strides: 3, padding, outputPadding: 1 })),
    () => on(sequence, layers.conv1dTranspose({ filters: 3, kernelSize: 3, dilationRate: 2, padding, useBias: false })),
  ]),
  conv2dTranspose: (["valid", "same"] as const).flatMap((padding) => [
    () => on(image, layers.conv2dTranspose({ filters: 3, kernelSize: [3, 4], strides: [2, 1], padding })),
    () =>
      on(image, layers.conv2dTranspose({ filters: 3, kernelSize: [1, 5], strides: 3, padding, activation: "selu" })),
    () => on(image, layers.conv2dTranspose({ filters: 3, kernelSize: 4, strides: 3, padding, outputPadding: [2, 0] })),
    () => on(image, layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], dilationRate: [2, 3], padding })),
    () => on([null, null, 4], layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding })),
  ]),

  maxPooling1d: [
    () => on(sequence, layers.maxPooling1d()),
    () => on(sequence, layers.maxPooling1d({ poolSize: 3, strides: 2, padding: "same" })),
  ],
  maxPooling2d: [
    () => on(image, layers.maxPooling2d({ poolSize: [3, 2], strides: [2, 3], padding: "same" })),
    () => on([null, null, 4], layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })),
  ],
  averagePooling1d: [
    () => on(sequence, layers.averagePooling1d()),
    () => on(sequence, layers.averagePooling1d({ poolSize: 3, strides: 2, padding: "same" })),
  ],
  averagePooling2d: [
    () => on(image, layers.averagePooling2d()),
    () => on(image, layers.averagePooling2d({ poolSize: [3, 2], strides: 1, padding: "same" })),
    () => on([null, null, 4], layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same" })),
  ],
  globalMaxPooling1d: [
    () => on(sequence, layers.globalMaxPooling1d()),
    () => on(sequence, layers.globalMaxPooling1d({ keepdims: true })),
  ],
  globalMaxPooling2d: [
    () => on(image, layers.globalMaxPooling2d()),
    () => on([null, null, 4], layers.globalMaxPooling2d({ keepdims: true })),
  ],
  globalAveragePooling1d: [
    () => on([null, 4], layers.globalAveragePooling1d()),
    () => on(sequence, layers.globalAveragePooling1d({ keepdims: true })),
  ],
  globalAveragePooling2d: [
    () => on([null, null, 4], layers.globalAveragePooling2d()),
    () => on(image, layers.globalAveragePooling2d({ keepdims: true })),
  ],
  adaptiveMaxPooling1d: [3, 4, 9, 1].map(
    (outputSize) => () => on(sequence, layers.adaptiveMaxPooling1d({ outputSize })),
  ),
  adaptiveMaxPooling2d: [2, 4, [7, 6] as const, 1].map(
    (outputSize) => () => on(image, layers.adaptiveMaxPooling2d({ outputSize })),
  ),
  adaptiveAveragePooling1d: [3, 4, 9, 1].map(
    (outputSize) => () => on(sequence, layers.adaptiveAveragePooling1d({ outputSize })),
  ),
  adaptiveAveragePooling2d: [2, 4, [7, 6] as const, 1].map(
    (outputSize) => () => on(image, layers.adaptiveAveragePooling2d({ outputSize })),
  ),

  batchNormalization: [
    () => on([4], layers.batchNormalization()),
    () => on(sequence, layers.batchNormalization({ scale: false })),
    () => between(sequence, layers.conv1d({ filters: 3, kernelSize: 2 }), layers.batchNormalization()),
    () => on(image, layers.batchNormalization({ epsilon: 0.1, center: false })),
    () => on([2, 3, 2, 4], layers.batchNormalization()),
  ],
  layerNormalization: [
    () => on([4], layers.layerNormalization()),
    () => on(image, layers.layerNormalization({ axis: [1, 2, 3], epsilon: 0.1 })),
    () => on(image, layers.layerNormalization({ axis: [1, 3] })),
    () => on(image, layers.layerNormalization({ axis: 2, scale: false })),
    () => on(sequence, layers.layerNormalization({ axis: -1, center: false })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.layerNormalization({ axis: [2, 3] })),
  ],
  groupNormalization: [
    () => on(image, layers.groupNormalization({ groups: 2 })),
    () => on(image, layers.groupNormalization({ groups: -1, scale: false })),
    () => on([4], layers.groupNormalization({ groups: 2, epsilon: 0.1 })),
    () => on([null, null, 4], layers.groupNormalization({ groups: 1, center: false })),
  ],
  rmsNormalization: [
    () => on([4], layers.rmsNormalization()),
    () => on(image, layers.rmsNormalization({ axis: [2, 3], epsilon: 0.1 })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.rmsNormalization()),
  ],
  unitNormalization: [
    () => on([4], layers.unitNormalization()),
    () => on(image, layers.unitNormalization({ axis: [1, 3] })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.unitNormalization()),
  ],
  normalization: [
    () => on(image, layers.normalization()),
    () => on(image, layers.normalization({ axis: [1, 3] })),
    () => on(image, layers.normalization({ axis: null, invert: true })),
    () => on([3], layers.normalization({ mean: [1, 2, 3], variance: [4, 0.25, 0] })),
    () => on(image, layers.normalization({ mean: 3, variance: 4, invert: true })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.normalization({ axis: [2, -1] })),
  ],

  flatten: [() => on(image, layers.flatten()), () => on([null, 4], layers.flatten())],
  reshape: [
    () => on(image, layers.reshape({ targetShape: [4, -1] })),
    () => between(image, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.reshape({ targetShape: [5, 3, 8] })),
    () => on([null, 2, 4], layers.reshape({ targetShape: [-1, 4] })),
  ],
  permute: [
    () => on(image, layers.permute({ dims: [2, 1, 3] })),
    () => on(sequence, layers.permute({ dims: [1, 2] })),
    () => between(image, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.permute({ dims: [3, 1, 2] })),
    () => between(image, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.permute({ dims: [3, 2, 1] })),
  ],
  depthToSpace: [
    () => on([2, 3, 8], layers.depthToSpace({ blockSize: 2 })),
    () => on([null, null, 9], layers.depthToSpace({ blockSize: 3 })),
    () => between(image, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.depthToSpace({ blockSize: 2 })),
  ],
  spaceToDepth: [
    () => on([4, 2, 3], layers.spaceToDepth({ blockSize: 2 })),
    () => on([null, null, 2], layers.spaceToDepth({ blockSize: 2 })),
  ],
  repeatVector: [() => on([4], layers.repeatVector({ n: 3 }))],
  zeroPadding1d: [() => on(sequence, layers.zeroPadding1d({ padding: [2, 1] }))],
  zeroPadding2d: [
    () =>
      on(
        [null, null, 4],
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 3],
          ],
        }),
      ),
    () =>
      between(
        image,
        layers.conv2d({ filters: 3, kernelSize: 2 }),
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 3],
          ],
        }),
      ),
  ],
  cropping1d: [() => on(sequence, layers.cropping1d({ cropping: [2, 1] }))],
  cropping2d: [
    () =>
      on(
        [null, null, 4],
        layers.cropping2d({
          cropping: [
            [1, 2],
            [0, 3],
          ],
        }),
      ),
    () =>
      between(
        image,
        layers.conv2d({ filters: 3, kernelSize: 2 }),
        layers.cropping2d({
          cropping: [
            [1, 0],
            [1, 1],
          ],
        }),
      ),
    () => on(image, layers.cropping2d({ cropping: 0 })),
  ],
  centerCrop: [
    () => on(image, layers.centerCrop({ height: 4, width: 3 })),
    () => on(image, layers.centerCrop({ height: 9, width: 3 })),
    () => on(image, layers.centerCrop({ height: 12, width: 11 })),
  ],
  resizing: [
    ...(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"] as const).flatMap((interpolation) => [
      () => on(image, layers.resizing({ height: 5, width: 13, interpolation })),
      () => on(image, layers.resizing({ height: 11, width: 2, interpolation, antialias: true })),
    ]),
    () => on(image, layers.resizing({ height: 5, width: 9, cropToAspectRatio: true })),
    () => on(image, layers.resizing({ height: 5, width: 9, padToAspectRatio: true, fillValue: 0.5 })),
    () => on([null, null, 4], layers.resizing({ height: 5, width: 9 })),
  ],
  upSampling1d: [() => on(sequence, layers.upSampling1d({ size: 3 })), () => on([null, 4], layers.upSampling1d())],
  upSampling2d: [
    ...(["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"] as const).map(
      (interpolation) => () => on(image, layers.upSampling2d({ size: [2, 3], interpolation })),
    ),
    () => on([null, null, 4], layers.upSampling2d({ size: [2, 3] })),
    () => on([null, null, 4], layers.upSampling2d({ size: [2, 3], interpolation: "bilinear" })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.upSampling2d({ size: [2, 3] })),
  ],
  rescaling: [() => on(image, layers.rescaling({ scale: 2, offset: 3 }))],

  relu: [
    () => on(image, layers.relu()),
    () => on(image, layers.relu({ maxValue: 0.5 })),
    () => on(image, layers.relu({ negativeSlope: 0.1 })),
    () => on(image, layers.relu({ threshold: 0.25 })),
    () => on(image, layers.relu({ negativeSlope: 0.1, threshold: 0.25, maxValue: 0.5 })),
    () => on(image, layers.relu({ negativeSlope: 0.1, maxValue: 0.5 })),
  ],
  leakyRelu: [() => on(image, layers.leakyRelu()), () => on(image, layers.leakyRelu({ negativeSlope: 0 }))],
  prelu: [
    () => on(image, layers.prelu()),
    () => on(image, layers.prelu({ sharedAxes: [1, 2] })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.prelu({ sharedAxes: [2] })),
  ],
  elu: [() => on(image, layers.elu({ alpha: 0.5 }))],
  softmax: [
    () => on(image, layers.softmax()),
    () => on(image, layers.softmax({ axis: 1 })),
    () => on(image, layers.softmax({ axis: [1, 2] })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.softmax({ axis: [2, 3] })),
  ],
  activation: [
    ...[
      ...(["linear", "relu", "relu6", "leakyRelu", "elu", "selu", "celu", "gelu", "silu", "swish"] as const),
      ...(["hardSilu", "hardSwish", "sigmoid", "logSigmoid", "hardSigmoid", "tanh", "hardTanh"] as const),
      ...(["tanhShrink", "softShrink", "hardShrink", "softplus", "softsign", "mish", "exponential"] as const),
      ...(["squareplus", "sparsePlus", "sparseSigmoid", "softmax", "logSoftmax", "sparsemax", "glu"] as const),
    ].flatMap((activation) => [
      () => on(image, layers.activation({ activation })),
      () => between(image, layers.conv2d({ filters: 4, kernelSize: 2 }), layers.activation({ activation })),
    ]),
    ...[
      activations.gelu({ approximate: true }),
      activations.leakyRelu({ negativeSlope: 0.4 }),
      activations.elu({ alpha: 0.3 }),
      activations.celu({ alpha: 0.3 }),
      activations.hardSigmoid({ slope: 0.2 }),
      activations.softShrink({ threshold: 0.2 }),
      activations.hardShrink({ threshold: 0.2 }),
      activations.threshold({ threshold: 0.2, defaultValue: -3 }),
      activations.squareplus({ b: 1 }),
      activations.relu({ negativeSlope: 0.4, maxValue: 0.5, threshold: 0.1 }),
    ].map((activation) => () => on(image, layers.activation({ activation }))),
    // Halves what a layer gives out.
    () => on(image, layers.conv2d({ filters: 4, kernelSize: 2, activation: "glu" })),
    () => on(image, layers.conv2dTranspose({ filters: 4, kernelSize: 2, activation: "glu" })),
    () => on(image, layers.separableConv2d({ filters: 4, kernelSize: 2, activation: "glu" })),
    () => on(image, layers.depthwiseConv2d({ kernelSize: 2, activation: "glu" })),
    () => on(sequence, layers.conv1d({ filters: 4, kernelSize: 2, activation: "glu" })),
    () => on([2, 3], layers.dense({ units: 4, activation: "glu" })),
  ],

  ...Object.fromEntries(
    (["add", "multiply", "average", "maximum", "minimum"] as const).map((name) => [
      name,
      [
        () => merged(layers[name](), image, image, image),
        () => merged(layers[name](), image, [1, 1, 4]),
        () => merged(layers[name](), [4], [6, 4], image),
      ],
    ]),
  ),
  subtract: [() => merged(layers.subtract(), image, image), () => merged(layers.subtract(), [4], image)],
  concatenate: [
    () => merged(layers.concatenate(), image, [7, 6, 2]),
    () => merged(layers.concatenate({ axis: 1 }), image, [2, 6, 4]),
    () => {
      const x = input({ shape: image, name: "x" });
      const y = layers.conv2d({ filters: 3, kernelSize: 3, padding: "same" }).apply(x);
      return new Model({ inputs: x, outputs: layers.concatenate({ axis: -1 }).apply([x, y]) });
    },
  ],
  dot: [
    () => merged(layers.dot({ axes: 1 }), [4], [4]),
    () => merged(layers.dot({ axes: 1, normalize: true }), [4], [4]),
    () => merged(layers.dot({ axes: [2, 1] }), [3, 4], [4, 5]),
    () => merged(layers.dot({ axes: [1, 2], normalize: true }), [4, 3], [5, 4]),
    () => merged(layers.dot({ axes: [3, 1] }), image, [4]),
  ],

  absolute: [() => on(image, layers.absolute())],
  log: [() => between(image, layers.rescaling({ scale: 0.1, offset: 3 }), layers.log())],
  power: [
    () => on(image, layers.power({ exponent: 2 })),
    () => between(image, layers.rescaling({ scale: 0.1, offset: 3 }), layers.power({ exponent: -0.5 })),
  ],
  clip: [
    () => on(image, layers.clip({ min: -0.5, max: 0.25 })),
    () => on(image, layers.clip({ max: 0.25 })),
    () => between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.clip({ min: 0.1 })),
  ],
  divide: [
    () => merged(layers.divide(), image, image),
    () => {
      const x = input({ shape: image, name: "x" });
      // Away from zero, where a quotient makes a rounding large.
      const y = layers.conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "sigmoid" }).apply(x);
      return new Model({ inputs: x, outputs: layers.divide().apply([x, y]) });
    },
  ],
  layerScale: [
    () => on(image, layers.layerScale({ initValues: 0.5, projectionDim: 4 })),
    () =>
      between(
        image,
        layers.conv2d({ filters: 3, kernelSize: 2 }),
        layers.layerScale({ initValues: 1, projectionDim: 3 }),
      ),
  ],
  reduction: [
    ...(["sum", "mean", "max", "min"] as const).flatMap((operation) => [
      () => on(image, layers.reduction({ operation, axis: [1, 2] })),
      () => on(image, layers.reduction({ operation, axis: -1, keepdims: true })),
      () => on(sequence, layers.reduction({ operation, axis: 1 })),
    ]),
    () =>
      between(
        image,
        layers.conv2d({ filters: 3, kernelSize: 2 }),
        layers.reduction({ operation: "sum", axis: [1, 2], keepdims: true }),
      ),
  ],
  slice: [
    () => on(image, layers.slice({ at: [[1, -1], null, [0, null, 2]] })),
    () => on(image, layers.slice({ at: [2, "...", -1] })),
    () => on(sequence, layers.slice({ at: [[null, null, -1], "newaxis", 3] })),
    () =>
      between(image, layers.conv2d({ filters: 3, kernelSize: 2 }), layers.slice({ at: [null, [5, 0, -2], [1, 3]] })),
  ],

  identity: [() => on(image, layers.identity())],
  inputLayer: [() => between(image)],
  ...Object.fromEntries(
    [
      layers.dropout({ rate: 0.5 }),
      layers.spatialDropout1d({ rate: 0.5 }),
      layers.spatialDropout2d({ rate: 0.5 }),
      layers.stochasticDepth({ dropPathRate: 0.5 }),
      layers.alphaDropout({ rate: 0.5 }),
      layers.gaussianDropout({ rate: 0.5 }),
      layers.gaussianNoise({ stddev: 0.5 }),
      layers.activityRegularization({ l1: 0.5 }),
    ].map((layer) => {
      const factory =
        layer.className.charAt(0).toLowerCase() + layer.className.slice(1).replace("1D", "1d").replace("2D", "2d");
      return [factory, [() => on(factory.endsWith("1d") ? sequence : image, layer)]];
    }),
  ),
  autoContrast: [
    () => on([7, 6, 3], layers.autoContrast()),
    () => on([7, 6, 3], layers.autoContrast({ valueRange: [-1, 1] })),
    () => between([8, 7, 3], layers.conv2d({ filters: 3, kernelSize: 2 }), layers.autoContrast({ valueRange: [0, 1] })),
  ],
  ...Object.fromEntries(
    (
      [
        layers.augMix(),
        layers.cutMix(),
        layers.equalization(),
        layers.mixUp(),
        layers.randAugment(),
        layers.randomBrightness({ factor: 0.5 }),
        layers.randomColorDegeneration({ factor: 0.5 }),
        layers.randomColorJitter({ brightnessFactor: 0.5 }),
        layers.randomContrast({ factor: 0.5 }),
        layers.randomCrop({ height: 3, width: 2 }),
        layers.randomElasticTransform(),
        layers.randomErasing(),
        layers.randomFlip(),
        layers.randomGaussianBlur(),
        layers.randomGrayscale(),
        layers.randomHue({ factor: 0.5 }),
        layers.randomInvert(),
        layers.randomPerspective(),
        layers.randomPosterization({ factor: 4 }),
        layers.randomRotation({ factor: 0.5 }),
        layers.randomSaturation({ factor: 0.5 }),
        layers.randomSharpness({ factor: 0.5 }),
        layers.randomShear({ xFactor: 0.5 }),
        layers.randomTranslation({ heightFactor: 0.5, widthFactor: 0.5 }),
        layers.randomZoom({ heightFactor: 0.5 }),
        layers.solarization(),
      ] as readonly Layer[]
    ).map((layer) => [
      layer.className.charAt(0).toLowerCase() + layer.className.slice(1),
      [() => on([7, 6, 3], layer)],
    ]),
  ),
};

/** All weights away from what they begin with. */
export function randomized<M extends AnyModel>(model: M): M {
  const values = random(3);
  const given = model.getWeights().map(({ name, shape }) => {
    const isVariance = name.endsWith("variance");
    return Float32Array.from(values.tensor(shape).data, (value) => (isVariance ? Math.abs(value) + 0.5 : value / 2));
  });
  model.setWeights(given);
  return model;
}

/** Samples for all inputs of a model by name; open sizes are what they come to. */
export function someInputs(
  model: AnyModel,
  count: number,
  open = 8,
): Record<string, { data: Float32Array; shape: number[] }> {
  const values = random(2);
  const shapes = model.inputs.map(({ shape }) => [count, ...shape.map((size) => size ?? open)]);
  return Object.fromEntries(
    shapes.map((shape, i) => [model.inputNames[i]!, { data: Float32Array.from(values.tensor(shape).data), shape }]),
  );
}
