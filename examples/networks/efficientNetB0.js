import { initializers, input, layers, Model } from "wasm-cnn";

/** Table 1 of the paper. */
const STAGES = [
  { kernelSize: 3, blocks: 1, filters: 16, expansion: 1, stride: 1 },
  { kernelSize: 3, blocks: 2, filters: 24, expansion: 6, stride: 2 },
  { kernelSize: 5, blocks: 2, filters: 40, expansion: 6, stride: 2 },
  { kernelSize: 3, blocks: 3, filters: 80, expansion: 6, stride: 2 },
  { kernelSize: 5, blocks: 3, filters: 112, expansion: 6, stride: 1 },
  { kernelSize: 5, blocks: 4, filters: 192, expansion: 6, stride: 2 },
  { kernelSize: 3, blocks: 1, filters: 320, expansion: 6, stride: 1 },
];
/** What the numbers of all convolutions are drawn from, as in Keras. */
const drawn = new initializers.VarianceScaling({ scale: 2, mode: "fan_out", distribution: "truncated_normal" });
const drawnUniform = new initializers.VarianceScaling({ scale: 1 / 3, mode: "fan_out", distribution: "uniform" });
/**
 * EfficientNet-B0: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019),
 * arxiv.org/abs/1905.11946. Pixels from 0 to 255 (images, height, width, 3) to probabilities (images, classes). 5,330,571 parameters
 * with 1000 classes, of which 5,288,548 are trained: those of `keras.applications.EfficientNetB0`, in the same order.
 */
export function efficientNetB0(options = {}) {
  const { inputShape = [224, 224, 3], classes = 1000, seed = 0 } = options;
  const image = input({ shape: inputShape });
  let x = layers.rescaling({ scale: 1 / 255 }).apply(image);
  // Its numbers are learned from data: `adapt`, or a file's.
  x = layers.normalization().apply(x);
  x = layers
    .conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: "same", useBias: false, kernelInitializer: drawn })
    .apply(x);
  x = activated(x);
  let before = 0;
  for (const { stride, blocks, ...stage } of STAGES) {
    for (let block = 0; block < blocks; block++) {
      x = invertedResidual(x, { ...stage, stride: block === 0 ? stride : 1, dropRate: (0.2 * before) / 16 });
      before++;
    }
  }
  x = activated(layers.conv2d({ filters: 1280, kernelSize: 1, useBias: false, kernelInitializer: drawn }).apply(x));
  x = layers.globalAveragePooling2d().apply(x);
  x = layers.dropout({ rate: 0.2 }).apply(x);
  const outputs = layers.dense({ units: classes, activation: "softmax", kernelInitializer: drawnUniform }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
function invertedResidual(x, { kernelSize, filters, expansion, stride, dropRate }) {
  const channels = x.shape.at(-1);
  let y = x;
  if (expansion > 1) {
    y = activated(
      layers
        .conv2d({ filters: channels * expansion, kernelSize: 1, useBias: false, kernelInitializer: drawn })
        .apply(y),
    );
  }
  y = activated(
    layers
      .depthwiseConv2d({ kernelSize, strides: stride, padding: "same", useBias: false, depthwiseInitializer: drawn })
      .apply(y),
  );
  y = squeezeAndExcite(y, Math.max(1, Math.floor(channels / 4)));
  y = layers
    .batchNormalization()
    .apply(layers.conv2d({ filters, kernelSize: 1, useBias: false, kernelInitializer: drawn }).apply(y));
  if (stride > 1 || channels !== filters) return y;
  // While it learns, a block is left out for some of the images: the deeper it is, the more often.
  const kept = layers.dropout({ rate: dropRate, noiseShape: [null, 1, 1, 1] });
  return layers.add().apply([kept.apply(y), x]);
}
/** Each channel times a number from 0 to 1 that two small layers make of the means of all channels. */
function squeezeAndExcite(x, squeezed) {
  const channels = x.shape.at(-1);
  let weights = layers.globalAveragePooling2d({ keepdims: true }).apply(x);
  weights = layers
    .conv2d({ filters: squeezed, kernelSize: 1, activation: "silu", kernelInitializer: drawn })
    .apply(weights);
  weights = layers
    .conv2d({ filters: channels, kernelSize: 1, activation: "sigmoid", kernelInitializer: drawn })
    .apply(weights);
  return layers.multiply().apply([x, weights]);
}
function activated(x) {
  return layers.activation({ activation: "silu" }).apply(layers.batchNormalization().apply(x));
}
