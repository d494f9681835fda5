import { input, layers, Model } from "wasm-cnn";

/** Table 2 of the paper: how often the channels are multiplied, filters, how many blocks, stride of the first of them. */
const STAGES = [
  ...[
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
  ],
  ...[
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ],
];
/**
 * MobileNetV2: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), arxiv.org/abs/1801.04381.
 * Pixels from -1 to 1 (images, height, width, 3) to probabilities (images, classes). With 1000 classes 3,538,984 parameters, of which
 * 3,504,872 are trained (alpha 0.35: 1,691,208 and 1,677,128): those of `keras.applications.MobileNetV2`, in the same order.
 */
export function mobileNetV2(options = {}) {
  const { inputShape = [224, 224, 3], classes = 1000, alpha = 1, seed = 0 } = options;
  const image = input({ shape: inputShape });
  let x = layers
    .conv2d({ filters: wide(32, alpha), kernelSize: 3, strides: 2, padding: "same", useBias: false })
    .apply(image);
  x = relu6(normalized(x));
  for (const [expansion, filters, blocks, stride] of STAGES) {
    for (let block = 0; block < blocks; block++) {
      x = invertedResidual(x, expansion, wide(filters, alpha), block === 0 ? stride : 1);
    }
  }
  x = layers.conv2d({ filters: alpha > 1 ? wide(1280, alpha) : 1280, kernelSize: 1, useBias: false }).apply(x);
  x = layers.globalAveragePooling2d().apply(relu6(normalized(x)));
  const outputs = layers.dense({ units: classes, activation: "softmax" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
/** Narrow, wide, narrow: the wide part is convolved channel by channel, and what comes out is linear. */
function invertedResidual(x, expansion, filters, stride) {
  const channels = x.shape.at(-1);
  let y = x;
  if (expansion > 1) {
    y = layers.conv2d({ filters: expansion * channels, kernelSize: 1, useBias: false }).apply(y);
    y = relu6(normalized(y));
  }
  y = layers.depthwiseConv2d({ kernelSize: 3, strides: stride, padding: "same", useBias: false }).apply(y);
  y = relu6(normalized(y));
  y = normalized(layers.conv2d({ filters, kernelSize: 1, useBias: false }).apply(y));
  return stride === 1 && channels === filters ? layers.add().apply([x, y]) : y;
}
function normalized(x) {
  return layers.batchNormalization({ momentum: 0.999 }).apply(x);
}
function relu6(x) {
  return layers.relu({ maxValue: 6 }).apply(x);
}
/** The nearest multiple of 8 that is no more than a tenth below. */
function wide(filters, alpha) {
  const exact = filters * alpha;
  const rounded = Math.max(8, Math.floor((exact + 4) / 8) * 8);
  return rounded < 0.9 * exact ? rounded + 8 : rounded;
}
