import { shrink as shrinkPack } from "../engine/kernels/packs/shrink.generated.js";
import { tanhShrink as tanhShrinkPack } from "../engine/kernels/packs/tanhShrink.generated.js";
// Activations that take small numbers away.

import { number, optional } from "../base/options.js";
import { defineActivation, elementwise } from "./define.js";

/** f(x) = x - threshold sign(x) where |x| > threshold, else 0. */
export const softShrink = /* @__PURE__ */ defineActivation(
  "soft_shrink",
  {
    /** Default 0.5. */
    threshold: optional(number(0), 0.5),
  },
  ({ threshold }) => elementwise(shrinkPack, "shrink", "x", [threshold, threshold]),
);

/** f(x) = x where |x| > threshold, else 0. */
export const hardShrink = /* @__PURE__ */ defineActivation(
  "hard_shrink",
  {
    /** Default 0.5. */
    threshold: optional(number(0), 0.5),
  },
  ({ threshold }) => elementwise(shrinkPack, "shrink", "x", [threshold, 0]),
);

/** f(x) = x - tanh x */
export const tanhShrink = /* @__PURE__ */ defineActivation("tanh_shrink", {}, () =>
  elementwise(tanhShrinkPack, "tanhShrink", "x"),
);
