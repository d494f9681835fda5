// All losses.

export { CategoricalCrossentropy } from "./categoricalCrossentropy.js";
