// What merging layers need beside core's addForward.
export * from "./broadcast";
export * from "./concatenate";
export * from "./maximum";
export * from "./minimum";
export * from "./multiply";
export * from "./subtract";
