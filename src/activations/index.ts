// All activations, as the user writes them where the name alone does not do: `activations.leakyRelu({ negativeSlope: 0.1 })`.

export { defineActivation, elementwise, rowwise } from "./define.js";
export { linear, softmax } from "./plain.js";
export {
  celu,
  elu,
  exponential,
  gelu,
  hardSilu,
  hardSilu as hardSwish,
  leakyRelu,
  logSigmoid,
  mish,
  relu,
  relu6,
  selu,
  silu,
  silu as swish,
  softplus,
  sparsePlus,
  squareplus,
  threshold,
} from "./rectifiers.js";
export { glu, logSoftmax, sparsemax } from "./rows.js";
export { hardShrink, softShrink, tanhShrink } from "./shrinks.js";
export { hardSigmoid, hardTanh, sigmoid, softsign, sparseSigmoid, tanh } from "./sigmoids.js";
