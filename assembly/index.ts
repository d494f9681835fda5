// The complete list of kernels: one line per family.
export * from "./accuracy";
export * from "./add";
export * from "./bias";
export * from "./categoricalCrossentropy";
export * from "./conv2d";
export * from "./conv2dMaxPool";
export * from "./convert";
export * from "./gemm";
export * from "./im2col";
export * from "./maxPool2d";
export * from "./philox";
export * from "./reduce";
export * from "./relu";
export * from "./rescaling";
export * from "./rmsprop";
export * from "./softmax";
export * from "./softmaxCrossEntropy";
