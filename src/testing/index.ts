// `wasm-cnn/testing`: for tests of layers and models of your own. Nothing else imports it.

export { assertGradients, type GradcheckInput, type GradcheckOptions, gradcheck } from "./gradcheck.js";
export type { GradcheckTarget } from "./losses.js";
export { GradcheckReport, type GradientError, type TensorCheck } from "./report.js";
