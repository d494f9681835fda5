export * from "./layerScale";
export * from "./squaredRelu";
