import { clip as clipPack } from "../engine/kernels/packs/clip.generated.js";
import { elu as eluPack } from "../engine/kernels/packs/elu.generated.js";
import { exponential as exponentialPack } from "../engine/kernels/packs/exponential.generated.js";
import { gelu as geluPack } from "../engine/kernels/packs/gelu.generated.js";
import { geluTanh as geluTanhPack } from "../engine/kernels/packs/geluTanh.generated.js";
import { hardSilu as hardSiluPack } from "../engine/kernels/packs/hardSilu.generated.js";
import { leakyRelu as leakyReluPack } from "../engine/kernels/packs/leakyRelu.generated.js";
import { mish as mishPack } from "../engine/kernels/packs/mish.generated.js";
import { silu as siluPack } from "../engine/kernels/packs/silu.generated.js";
import { softplus as softplusPack } from "../engine/kernels/packs/softplus.generated.js";
import { sparsePlus as sparsePlusPack } from "../engine/kernels/packs/sparsePlus.generated.js";
import { squareplus as squareplusPack } from "../engine/kernels/packs/squareplus.generated.js";
import { threshold as thresholdPack } from "../engine/kernels/packs/threshold.generated.js";
// Activations that are about 0, or bend, below zero and go on above it.

import { boolean, nullable, number, optional } from "../base/options.js";
import { defineActivation, elementwise } from "./define.js";
import { relu as plainRelu } from "./relu.js";

/** f(x) = x, within 0 and 6. No gradient at the bounds. */
export const relu6 = /* @__PURE__ */ defineActivation("relu6", {}, () => elementwise(clipPack, "clip", "y", [0, 6]));

/** f(x) = x where x > 0, else negativeSlope x. */
export const leakyRelu = /* @__PURE__ */ defineActivation(
  "leaky_relu",
  {
    /** Default 0.2. (The layer LeakyReLU has 0.3.) */
    negativeSlope: optional(number(0), 0.2),
  },
  ({ negativeSlope }) => elementwise(leakyReluPack, "leakyRelu", "x", [negativeSlope, 0, Number.POSITIVE_INFINITY]),
);

/** f(x) = min(x, maxValue) where x > threshold, else negativeSlope (x - threshold). */
export function boundedRelu(negativeSlope: number, threshold: number, maxValue: number) {
  if (negativeSlope !== 0) return elementwise(leakyReluPack, "leakyRelu", "x", [negativeSlope, threshold, maxValue]);
  if (threshold !== 0) return elementwise(thresholdPack, "threshold", "x", [threshold, 0, maxValue]);
  return elementwise(clipPack, "clip", "y", [0, maxValue]);
}

/** f(x) = min(x, maxValue) where x > threshold, else negativeSlope (x - threshold). */
export const relu = /* @__PURE__ */ defineActivation(
  "relu",
  {
    /** Default 0. */
    negativeSlope: optional(number(0), 0),
    /** What f is at most. Default null: no bound. */
    maxValue: optional(nullable(number(0)), null),
    /** Default 0. */
    threshold: optional(number(0), 0),
  },
  ({ negativeSlope, maxValue, threshold }) =>
    negativeSlope === 0 && maxValue === null && threshold === 0
      ? plainRelu
      : boundedRelu(negativeSlope, threshold, maxValue ?? Number.POSITIVE_INFINITY),
);

/** f(x) = x where x > threshold, else value. Keras' name alone does not say either, so it has to be an object. */
export const threshold = /* @__PURE__ */ defineActivation(
  "threshold",
  {
    /** What x has to be greater than. */
    threshold: number(),
    /** What stands in the place of the others. */
    defaultValue: number(),
  },
  (values) =>
    elementwise(thresholdPack, "threshold", "x", [values.threshold, values.defaultValue, Number.POSITIVE_INFINITY]),
);

/** f(x) = x where x > 0, else alpha (e^x - 1). */
export const elu = /* @__PURE__ */ defineActivation(
  "elu",
  {
    /** Default 1. */
    alpha: optional(number(), 1),
  },
  ({ alpha }) => elementwise(eluPack, "elu", "x", [1, alpha, 1]),
);

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** f(x) = 1.0507 x where x > 0, else 1.0507 * 1.6733 (e^x - 1). */
export const selu = /* @__PURE__ */ defineActivation("selu", {}, () =>
  elementwise(eluPack, "elu", "x", [SELU_SCALE, SELU_SCALE * SELU_ALPHA, 1]),
);

/** f(x) = x where x > 0, else alpha (e^(x / alpha) - 1). */
export const celu = /* @__PURE__ */ defineActivation(
  "celu",
  {
    /** Above 0. Default 1. */
    alpha: optional(number(Number.MIN_VALUE), 1),
  },
  ({ alpha }) => elementwise(eluPack, "elu", "x", [1, alpha, 1 / alpha]),
);

/** f(x) = x Phi(x), Phi the share of a standard normal distribution below x. */
export const gelu = /* @__PURE__ */ defineActivation(
  "gelu",
  {
    /** Default false. True: x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2. */
    approximate: optional(boolean(), false),
  },
  ({ approximate }) => (approximate ? elementwise(geluTanhPack, "geluTanh", "x") : elementwise(geluPack, "gelu", "x")),
);

/** f(x) = x / (1 + e^-x); also known as swish. */
export const silu = /* @__PURE__ */ defineActivation("silu", {}, () => elementwise(siluPack, "silu", "x"));

/** f(x) = x min(max(x / 6 + 1/2, 0), 1); also known as hard swish. */
export const hardSilu = /* @__PURE__ */ defineActivation("hard_silu", {}, () =>
  elementwise(hardSiluPack, "hardSilu", "x"),
);

/** f(x) = x tanh(ln(1 + e^x)) */
export const mish = /* @__PURE__ */ defineActivation("mish", {}, () => elementwise(mishPack, "mish", "x"));

/** f(x) = ln(1 + e^x) */
export const softplus = /* @__PURE__ */ defineActivation("softplus", {}, () =>
  elementwise(softplusPack, "softplus", "x", [1]),
);

/** f(x) = -ln(1 + e^-x) */
export const logSigmoid = /* @__PURE__ */ defineActivation("log_sigmoid", {}, () =>
  elementwise(softplusPack, "softplus", "x", [-1]),
);

/** f(x) = (x + sqrt(x^2 + b)) / 2 */
export const squareplus = /* @__PURE__ */ defineActivation(
  "squareplus",
  {
    /** Default 4. */
    b: optional(number(0), 4),
  },
  ({ b }) => elementwise(squareplusPack, "squareplus", "x", [b]),
);

/** f(x) = 0 where x <= -1, (x + 1)^2 / 4 up to 1, x above. */
export const sparsePlus = /* @__PURE__ */ defineActivation("sparse_plus", {}, () =>
  elementwise(sparsePlusPack, "sparsePlus", "x"),
);

/** f(x) = e^x */
export const exponential = /* @__PURE__ */ defineActivation("exponential", {}, () =>
  elementwise(exponentialPack, "exponential", "y"),
);
