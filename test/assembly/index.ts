export * from "./batchNorm";
export * from "./dropout";
