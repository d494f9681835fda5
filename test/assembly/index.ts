export * from "./batchNorm";
export * from "./dropout";
export * from "./math";
