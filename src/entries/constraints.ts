export * from "../constraints/index.js";
