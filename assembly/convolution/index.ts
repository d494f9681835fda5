// Convolutions over the (padded) input itself: forward, and both gradients by lists of non-zeros. Other forms of the gradients: gradients/.
export * from "./conv2d";
export * from "./conv2dMaxPool";
export * from "./winograd";
export * from "./winograd4";
