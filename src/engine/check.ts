// The checks are of use below the engine, too.
export * from "../base/check.js";
