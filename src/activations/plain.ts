// What makes the activations that are there at once and have no options.

import { linear as plainLinear } from "./activation.js";
import { defineActivation } from "./define.js";
import { softmax as plainSoftmax } from "./softmax.js";

/** f(x) = x */
export const linear = /* @__PURE__ */ defineActivation("linear", {}, () => plainLinear);

/** f(x)[j] = e^x[j] / sum over k of e^x[k], over the last axis; the layer Softmax takes other axes. */
export const softmax = /* @__PURE__ */ defineActivation("softmax", {}, () => plainSoftmax);
