export { CosineDecay } from "./cosineDecay.js";
export { CosineDecayRestarts } from "./cosineDecayRestarts.js";
export { ExponentialDecay } from "./exponentialDecay.js";
export { InverseTimeDecay } from "./inverseTimeDecay.js";
export { PiecewiseConstantDecay } from "./piecewiseConstantDecay.js";
export { PolynomialDecay } from "./polynomialDecay.js";
export { defineSchedule } from "./schedule.js";
