// All layers: each class, and what makes one, as the user writes it: `layers.conv2d({ filters: 32, kernelSize: 3 })`.

export { Conv1D, conv1d } from "./conv1d.js";
export { Conv1DTranspose, conv1dTranspose } from "./conv1dTranspose.js";
export { Conv2D, conv2d } from "./conv2d.js";
export { Conv2DTranspose, conv2dTranspose } from "./conv2dTranspose.js";
export { Dense, dense } from "./dense.js";
export { DepthwiseConv1D, depthwiseConv1d } from "./depthwiseConv1d.js";
export { DepthwiseConv2D, depthwiseConv2d } from "./depthwiseConv2d.js";
export { Flatten, flatten } from "./flatten.js";
export { InputLayer, inputLayer } from "./inputLayer.js";
export { MaxPooling2D, maxPooling2d } from "./maxPooling2d.js";
export { Rescaling, rescaling } from "./rescaling.js";
export { SeparableConv1D, separableConv1d } from "./separableConv1d.js";
export { SeparableConv2D, separableConv2d } from "./separableConv2d.js";
