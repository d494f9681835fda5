import { input, layers, Model } from "wasm-cnn";
/**
 * A small U-Net, three halvings deep: Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation" (2015),
 * arxiv.org/abs/1505.04597, with padded convolutions, so that the output has the size of the input. Images
 * (images, height, width, 3) to one probability for each pixel and class. 482,033 parameters with 16 filters and 1 class.
 */
export function uNet(options = {}) {
  const { inputShape = [128, 128, 3], classes = 1, filters = 16, seed = 0 } = options;
  const image = input({ shape: inputShape });
  const skips = [];
  let x = image;
  for (let depth = 0; depth < 3; depth++) {
    const skip = twoConvolutions(x, filters * 2 ** depth);
    skips.push(skip);
    x = layers.maxPooling2d().apply(skip);
  }
  x = twoConvolutions(x, filters * 8);
  for (let depth = 2; depth >= 0; depth--) {
    x = layers.conv2dTranspose({ filters: filters * 2 ** depth, kernelSize: 2, strides: 2 }).apply(x);
    x = twoConvolutions(layers.concatenate().apply([skips[depth], x]), filters * 2 ** depth);
  }
  const outputs = layers.conv2d({ filters: classes, kernelSize: 1, activation: "sigmoid" }).apply(x);
  return new Model({ inputs: image, outputs, seed });
}
function twoConvolutions(x, filters) {
  const convolution = () =>
    layers.conv2d({ filters, kernelSize: 3, padding: "same", activation: "relu", kernelInitializer: "heNormal" });
  return convolution().apply(convolution().apply(x));
}
