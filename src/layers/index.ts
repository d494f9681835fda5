// All layers: each class, and what makes one, as the user writes it: `layers.conv2d({ filters: 32, kernelSize: 3 })`.

export { Conv2D, conv2d } from "./conv2d.js";
export { Dense, dense } from "./dense.js";
export { Flatten, flatten } from "./flatten.js";
export { InputLayer, inputLayer } from "./inputLayer.js";
export { MaxPooling2D, maxPooling2d } from "./maxPooling2d.js";
export { Rescaling, rescaling } from "./rescaling.js";
