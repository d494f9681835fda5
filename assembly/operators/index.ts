// What stands in formulas on tensors: x / y, x ** 2, abs(x), sum(x), x[1:].
export * from "./absolute";
export * from "./divide";
export * from "./extreme";
export * from "./layerScale";
export * from "./limit";
export * from "./logarithm";
export * from "./power";
export * from "./slice";
