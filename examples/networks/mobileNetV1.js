import { input, layers, Model } from "wasm-cnn";

/** Filters and stride of each separable convolution. */
const BLOCKS = [
  ...[
    [64, 1],
    [128, 2],
    [128, 1],
    [256, 2],
    [256, 1],
    [512, 2],
  ],
  ...[
    [512, 1],
    [512, 1],
    [512, 1],
    [512, 1],
    [512, 1],
    [1024, 2],
    [1024, 1],
  ],
];
/**
 * MobileNet: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (2017),
 * arxiv.org/abs/1704.04861. Pixels from -1 to 1 (images, height, width, 3) to probabilities (images, classes).
 * 4,253,864 parameters with 1000 classes, of which 4,231,976 are trained: those of `keras.applications.MobileNet`, in the same order.
 */
export function mobileNetV1(options = {}) {
  const { inputShape = [224, 224, 3], classes = 1000, alpha = 1, seed = 0 } = options;
  const image = input({ shape: inputShape });
  let x = layers
    .conv2d({ filters: Math.floor(32 * alpha), kernelSize: 3, strides: 2, padding: "same", useBias: false })
    .apply(image);
  x = normalized(x);
  for (const [filters, stride] of BLOCKS) {
    x = normalized(
      layers.depthwiseConv2d({ kernelSize: 3, strides: stride, padding: "same", useBias: false }).apply(x),
    );
    x = normalized(layers.conv2d({ filters: Math.floor(filters * alpha), kernelSize: 1, useBias: false }).apply(x));
  }
  x = layers.globalAveragePooling2d({ keepdims: true }).apply(x);
  x = layers.dropout({ rate: 0.001 }).apply(x);
  x = layers.conv2d({ filters: classes, kernelSize: 1 }).apply(x);
  x = layers.flatten().apply(x);
  const outputs = layers.activation({ activation: "softmax" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
function normalized(x) {
  return layers.relu({ maxValue: 6 }).apply(layers.batchNormalization().apply(x));
}
