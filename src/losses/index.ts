// All losses.

export { BinaryCrossentropy } from "./binaryCrossentropy.js";
export { BinaryFocalCrossentropy } from "./binaryFocalCrossentropy.js";
export { CategoricalCrossentropy } from "./categoricalCrossentropy.js";
export { CategoricalFocalCrossentropy } from "./categoricalFocalCrossentropy.js";
export { CategoricalGeneralizedCrossEntropy } from "./categoricalGeneralizedCrossEntropy.js";
export { CategoricalHinge } from "./categoricalHinge.js";
export { CosineSimilarity } from "./cosineSimilarity.js";
export { Dice } from "./dice.js";
export { Hinge } from "./hinge.js";
export { Huber } from "./huber.js";
export { KLDivergence } from "./klDivergence.js";
export { LogCosh } from "./logCosh.js";
export { defineLoss } from "./loss.js";
export { MeanAbsoluteError } from "./meanAbsoluteError.js";
export { MeanAbsolutePercentageError } from "./meanAbsolutePercentageError.js";
export { MeanSquaredError } from "./meanSquaredError.js";
export { MeanSquaredLogarithmicError } from "./meanSquaredLogarithmicError.js";
export { Poisson } from "./poisson.js";
export { SparseCategoricalCrossentropy } from "./sparseCategoricalCrossentropy.js";
export { SquaredHinge } from "./squaredHinge.js";
export { Tversky } from "./tversky.js";
