// What makes the activations that are there at once.

import { nullable, number, optional } from "../base/options.js";
import { linear as plainLinear } from "./activation.js";
import { defineActivation } from "./define.js";
import { boundedRelu } from "./rectifiers.js";
import { relu as plainRelu } from "./relu.js";
import { softmax as plainSoftmax } from "./softmax.js";

/** f(x) = x */
export const linear = /* @__PURE__ */ defineActivation("linear", {}, () => plainLinear);

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

/** f(x)[j] = e^x[j] / sum over k of e^x[k], over the last axis; the layer Softmax takes other axes. */
export const softmax = /* @__PURE__ */ defineActivation("softmax", {}, () => plainSoftmax);
