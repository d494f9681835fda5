// All constraints: `new constraints.MaxNorm({ maxValue: 3 })`, or by name: `kernelConstraint: "maxNorm"`.

export { defineConstraint } from "./constraint.js";
export { MaxNorm } from "./maxNorm.js";
export { MinMaxNorm } from "./minMaxNorm.js";
export { NonNeg } from "./nonNeg.js";
export { UnitNorm } from "./unitNorm.js";
