// All metrics.

export { CategoricalAccuracy } from "./categoricalAccuracy.js";
