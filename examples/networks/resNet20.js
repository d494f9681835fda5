import { input, layers, Model, regularizers } from "wasm-cnn";
/**
 * ResNet-20 for CIFAR-10: He et al., "Deep Residual Learning for Image Recognition" (2015), arxiv.org/abs/1512.03385, section 4.2;
 * shortcuts to more channels are 1 x 1 convolutions, as in Keras' own example (`cifar10_resnet.py`, version 1, n = 3). Images
 * (images, height, width, 3) to probabilities (images, classes). 274,442 parameters with 10 classes, of which 273,066 are trained.
 */
export function resNet20(options = {}) {
  const { inputShape = [32, 32, 3], classes = 10, seed = 0 } = options;
  const image = input({ shape: inputShape });
  let x = relu(normalized(convolution(image, 16)));
  for (const filters of [16, 32, 64]) {
    for (let block = 0; block < 3; block++) {
      const stride = filters > 16 && block === 0 ? 2 : 1;
      let y = relu(normalized(convolution(x, filters, { stride })));
      y = normalized(convolution(y, filters));
      const skip = stride > 1 ? convolution(x, filters, { stride, kernelSize: 1 }) : x;
      x = relu(layers.add().apply([skip, y]));
    }
  }
  x = layers.globalAveragePooling2d().apply(x);
  const outputs = layers.dense({ units: classes, activation: "softmax", kernelInitializer: "heNormal" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
function convolution(x, filters, { stride = 1, kernelSize = 3 } = {}) {
  const start = { kernelInitializer: "heNormal", kernelRegularizer: new regularizers.L2({ l2: 1e-4 }) };
  return layers.conv2d({ filters, kernelSize, strides: stride, padding: "same", ...start }).apply(x);
}
function normalized(x) {
  return layers.batchNormalization().apply(x);
}
function relu(x) {
  return layers.activation({ activation: "relu" }).apply(x);
}
