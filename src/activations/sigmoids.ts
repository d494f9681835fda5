// Activations that go from one bound to another.

import { number, optional } from "../base/options.js";
import { lazyPack } from "../engine/kernels/kernels.js";
import { defineActivation, elementwise } from "./define.js";

const sigmoidPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/kernels/packs/sigmoid.generated.js")).sigmoid,
);
const tanhPack = /* @__PURE__ */ lazyPack(async () => (await import("../engine/kernels/packs/tanh.generated.js")).tanh);
const clipPack = /* @__PURE__ */ lazyPack(async () => (await import("../engine/kernels/packs/clip.generated.js")).clip);
const softsignPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/kernels/packs/softsign.generated.js")).softsign,
);
const hardSigmoidPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/kernels/packs/hardSigmoid.generated.js")).hardSigmoid,
);

/** f(x) = 1 / (1 + e^-x). Binary cross-entropy is computed from its input, which is exact for any x. */
export const sigmoid = /* @__PURE__ */ defineActivation("sigmoid", {}, () => {
  const { record } = elementwise(sigmoidPack, "sigmoid", "y");
  return {
    record(program, x) {
      const recorded = record(program, x);
      const [y] = recorded.outputs;
      y!.logits = x;
      y!.logitsOf = "sigmoid";
      return recorded;
    },
  };
});

/** f(x) = tanh x */
export const tanh = /* @__PURE__ */ defineActivation("tanh", {}, () => elementwise(tanhPack, "tanh", "y"));

/** f(x) = x / (1 + |x|) */
export const softsign = /* @__PURE__ */ defineActivation("softsign", {}, () =>
  elementwise(softsignPack, "softsign", "x"),
);

/** f(x) = slope x + 1/2, within 0 and 1. */
export const hardSigmoid = /* @__PURE__ */ defineActivation(
  "hard_sigmoid",
  {
    /** Default 1/6, as in Keras 3; Keras 2 and TensorFlow.js have 0.2. */
    slope: optional(number(0), 1 / 6),
  },
  ({ slope }) => elementwise(hardSigmoidPack, "hardSigmoid", "y", [slope]),
);

/** f(x) = (x + 1) / 2, within 0 and 1. */
export const sparseSigmoid = /* @__PURE__ */ defineActivation("sparse_sigmoid", {}, () =>
  elementwise(hardSigmoidPack, "hardSigmoid", "y", [0.5]),
);

/** f(x) = x, within -1 and 1. No gradient at the bounds. */
export const hardTanh = /* @__PURE__ */ defineActivation("hard_tanh", {}, () =>
  elementwise(clipPack, "clip", "y", [-1, 1]),
);
