// All regularizers: `new regularizers.L2({ l2: 1e-4 })`, or by name: `kernelRegularizer: "l2"`.

export { L1 } from "./l1.js";
export { L1L2 } from "./l1l2.js";
export { L2 } from "./l2.js";
export { OrthogonalRegularizer } from "./orthogonalRegularizer.js";
export { defineRegularizer } from "./regularizer.js";
