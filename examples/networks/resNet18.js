import { input, layers, Model } from "wasm-cnn";
/**
 * ResNet-18: He et al., "Deep Residual Learning for Image Recognition" (2015), arxiv.org/abs/1512.03385, table 1. Images
 * (images, height, width, 3) to probabilities (images, classes). 11,699,112 parameters with 1000 classes, of which 11,689,512 are
 * trained, as in torchvision.
 */
export function resNet18(options = {}) {
  const { inputShape = [224, 224, 3], classes = 1000, seed = 0 } = options;
  const image = input({ shape: inputShape });
  let x = relu(normalized(convolution(image, 64, { stride: 2, kernelSize: 7 })));
  x = layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }).apply(x);
  for (const filters of [64, 128, 256, 512]) {
    for (let block = 0; block < 2; block++) {
      const stride = filters > 64 && block === 0 ? 2 : 1;
      let y = relu(normalized(convolution(x, filters, { stride })));
      y = normalized(convolution(y, filters));
      const skip = stride > 1 ? normalized(convolution(x, filters, { stride, kernelSize: 1 })) : x;
      x = relu(layers.add().apply([skip, y]));
    }
  }
  x = layers.globalAveragePooling2d().apply(x);
  const outputs = layers.dense({ units: classes, activation: "softmax" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
function convolution(x, filters, { stride = 1, kernelSize = 3 } = {}) {
  const start = { kernelInitializer: "heNormal", useBias: false };
  return layers.conv2d({ filters, kernelSize, strides: stride, padding: "same", ...start }).apply(x);
}
function normalized(x) {
  // Moving averages as torchvision has them: its momentum of 0.1 is what a step adds.
  return layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 }).apply(x);
}
function relu(x) {
  return layers.activation({ activation: "relu" }).apply(x);
}
