// What every model needs.
export * from "./add";
export * from "./bias";
export * from "./convert";
export * from "./panels";
export * from "./philox";
export * from "./reduce";
export * from "./scale";
