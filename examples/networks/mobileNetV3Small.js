import { input, layers, Model } from "wasm-cnn";

/** Table 2 of the paper. */
const BLOCKS = [
  { filters: 16, kernelSize: 3, stride: 2, squeezed: true, activation: "relu" },
  { wide: 72, filters: 24, kernelSize: 3, stride: 2, squeezed: false, activation: "relu" },
  { wide: 88, filters: 24, kernelSize: 3, stride: 1, squeezed: false, activation: "relu" },
  ...[
    ...[
      { wide: 96, filters: 40, stride: 2 },
      { wide: 240, filters: 40, stride: 1 },
      { wide: 240, filters: 40, stride: 1 },
    ],
    ...[
      { wide: 120, filters: 48, stride: 1 },
      { wide: 144, filters: 48, stride: 1 },
    ],
    ...[
      { wide: 288, filters: 96, stride: 2 },
      { wide: 576, filters: 96, stride: 1 },
      { wide: 576, filters: 96, stride: 1 },
    ],
  ].map((block) => ({ ...block, kernelSize: 5, squeezed: true, activation: "hard_silu" })),
];
/**
 * MobileNetV3-small: Howard et al., "Searching for MobileNetV3" (2019), arxiv.org/abs/1905.02244. Pixels from 0 to 255
 * (images, height, width, 3) to probabilities (images, classes). 2,554,968 parameters with 1000 classes, of which 2,542,856 are
 * trained: those of `keras.applications.MobileNetV3Small`, in the same order.
 */
export function mobileNetV3Small(options = {}) {
  const { inputShape = [224, 224, 3], classes = 1000, seed = 0 } = options;
  const image = input({ shape: inputShape });
  let x = layers.rescaling({ scale: 1 / 127.5, offset: -1 }).apply(image);
  x = layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: "same", useBias: false }).apply(x);
  x = layers.activation({ activation: "hard_silu" }).apply(normalized(x));
  for (const block of BLOCKS) x = invertedResidual(x, block);
  x = layers.conv2d({ filters: 6 * 96, kernelSize: 1, useBias: false }).apply(x);
  x = layers.activation({ activation: "hard_silu" }).apply(normalized(x));
  x = layers.globalAveragePooling2d({ keepdims: true }).apply(x);
  x = layers.conv2d({ filters: 1024, kernelSize: 1, activation: "hard_silu" }).apply(x);
  x = layers.dropout({ rate: 0.2 }).apply(x);
  x = layers.flatten().apply(layers.conv2d({ filters: classes, kernelSize: 1 }).apply(x));
  const outputs = layers.activation({ activation: "softmax" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
function invertedResidual(x, { wide, filters, kernelSize, stride, squeezed, activation }) {
  const channels = x.shape.at(-1);
  const active = () => layers.activation({ activation });
  let y = x;
  if (wide) {
    y = layers.conv2d({ filters: wide, kernelSize: 1, useBias: false }).apply(y);
    y = active().apply(normalized(y));
  }
  y = layers.depthwiseConv2d({ kernelSize, strides: stride, padding: "same", useBias: false }).apply(y);
  y = active().apply(normalized(y));
  if (squeezed) y = squeezeAndExcite(y);
  y = normalized(layers.conv2d({ filters, kernelSize: 1, useBias: false }).apply(y));
  return stride === 1 && channels === filters ? layers.add().apply([x, y]) : y;
}
/** Each channel times a number from 0 to 1 that two small layers make of the means of all channels. */
function squeezeAndExcite(x) {
  const channels = x.shape.at(-1);
  let weights = layers.globalAveragePooling2d({ keepdims: true }).apply(x);
  weights = layers.conv2d({ filters: nearestOf8(channels / 4), kernelSize: 1, activation: "relu" }).apply(weights);
  weights = layers.conv2d({ filters: channels, kernelSize: 1, activation: "hard_sigmoid" }).apply(weights);
  return layers.multiply().apply([x, weights]);
}
function normalized(x) {
  return layers.batchNormalization({ momentum: 0.999 }).apply(x);
}
/** The nearest multiple of 8 that is no more than a tenth below. */
function nearestOf8(exact) {
  const rounded = Math.max(8, Math.floor((exact + 4) / 8) * 8);
  return rounded < 0.9 * exact ? rounded + 8 : rounded;
}
