export * from "./dropout";
export * from "./math";
