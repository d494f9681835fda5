export * from "./dot";
export * from "./l2Normalize";
