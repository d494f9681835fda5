export * from "./batchNormalization";
export * from "./channel";
export * from "./given";
export * from "./groupNormalization";
export * from "./rowNormalization";
