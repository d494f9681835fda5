import { glu as gluPack } from "../engine/kernels/packs/glu.generated.js";
import { logSoftmax as logSoftmaxPack } from "../engine/kernels/packs/logSoftmax.generated.js";
import { sparsemax as sparsemaxPack } from "../engine/kernels/packs/sparsemax.generated.js";
// Activations of rows: the last axis.

import { halved } from "./activation.js";
import { defineActivation, rowwise } from "./define.js";

/** f(x)[j] = x[j] - ln(sum over k of e^x[k]) */
export const logSoftmax = /* @__PURE__ */ defineActivation("log_softmax", {}, () =>
  rowwise(logSoftmaxPack, "logSoftmax", "y"),
);

/** f(x)[j] = max(x[j] - t, 0), t such that the sum is 1: the distribution nearest to x, with zeros in it. */
export const sparsemax = /* @__PURE__ */ defineActivation("sparsemax", {}, () =>
  rowwise(sparsemaxPack, "sparsemax", "y"),
);

/** f(a, b) = a / (1 + e^-b), a and b the halves of the last axis: the output has half of it. */
export const glu = /* @__PURE__ */ defineActivation("glu", {}, () => rowwise(gluPack, "glu", "x", halved));
