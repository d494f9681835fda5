// Convolutions over the (padded) input itself: forward, and both gradients in three forms.
export * from "./conv2d";
export * from "./conv2dDense";
export * from "./conv2dMaxPool";
export * from "./winograd";
export * from "./winograd4";
export * from "./winogradBackward";
