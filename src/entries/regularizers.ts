export * from "../regularizers/index.js";
