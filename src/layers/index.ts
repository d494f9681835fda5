// All layers: each class, and what makes one, as the user writes it: `layers.conv2d({ filters: 32, kernelSize: 3 })`.

export { Activation, activation } from "./activation.js";
export { ActivityRegularization, activityRegularization } from "./activityRegularization.js";
export { Add, add } from "./add.js";
export { AlphaDropout, alphaDropout } from "./alphaDropout.js";
export { Average, average } from "./average.js";
export { Concatenate, concatenate } from "./concatenate.js";
export { Conv2D, conv2d } from "./conv2d.js";
export { Dense, dense } from "./dense.js";
export { Dot, dot } from "./dot.js";
export { Dropout, dropout } from "./dropout.js";
export { ELU, elu } from "./elu.js";
export { Flatten, flatten } from "./flatten.js";
export { GaussianDropout, gaussianDropout } from "./gaussianDropout.js";
export { GaussianNoise, gaussianNoise } from "./gaussianNoise.js";
export { LeakyReLU, leakyRelu } from "./leakyRelu.js";
export { Maximum, maximum } from "./maximum.js";
export { MaxPooling2D, maxPooling2d } from "./maxPooling2d.js";
export { Minimum, minimum } from "./minimum.js";
export { Multiply, multiply } from "./multiply.js";
export { PReLU, prelu } from "./prelu.js";
export { ReLU, relu } from "./relu.js";
export { Rescaling, rescaling } from "./rescaling.js";
export { Softmax, softmax } from "./softmax.js";
export { SpatialDropout1D, spatialDropout1d } from "./spatialDropout1d.js";
export { SpatialDropout2D, spatialDropout2d } from "./spatialDropout2d.js";
export { Subtract, subtract } from "./subtract.js";
