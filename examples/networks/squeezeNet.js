import { input, layers, Model } from "wasm-cnn";
/**
 * SqueezeNet 1.1: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and < 0.5MB model size" (2016),
 * arxiv.org/abs/1602.07360, in the form that its authors published later, with 2.4 times less to compute. Images
 * (images, height, width, 3) to probabilities (images, classes). 1,235,496 parameters with 1000 classes, as in torchvision.
 */
export function squeezeNet(options = {}) {
  const { inputShape = [224, 224, 3], classes = 1000, seed = 0 } = options;
  const pooling = () => layers.maxPooling2d({ poolSize: 3, strides: 2 });
  const image = input({ shape: inputShape });
  let x = layers.conv2d({ filters: 64, kernelSize: 3, strides: 2, activation: "relu" }).apply(image);
  x = pooling().apply(x);
  for (let i = 0; i < 2; i++) x = fire(x, 16, 64);
  x = pooling().apply(x);
  for (let i = 0; i < 2; i++) x = fire(x, 32, 128);
  x = pooling().apply(x);
  for (let i = 0; i < 2; i++) x = fire(x, 48, 192);
  for (let i = 0; i < 2; i++) x = fire(x, 64, 256);
  x = layers.dropout({ rate: 0.5 }).apply(x);
  x = layers.conv2d({ filters: classes, kernelSize: 1, activation: "relu" }).apply(x);
  x = layers.globalAveragePooling2d().apply(x);
  const outputs = layers.activation({ activation: "softmax" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
/** Few channels, then many: half of them see one pixel, half of them nine. */
function fire(x, squeezed, expanded) {
  const few = layers.conv2d({ filters: squeezed, kernelSize: 1, activation: "relu" }).apply(x);
  const narrow = layers.conv2d({ filters: expanded, kernelSize: 1, activation: "relu" }).apply(few);
  const wide = layers.conv2d({ filters: expanded, kernelSize: 3, padding: "same", activation: "relu" }).apply(few);
  return layers.concatenate().apply([narrow, wide]);
}
