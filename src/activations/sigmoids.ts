import { clip as clipPack } from "../engine/kernels/packs/clip.generated.js";
import { hardSigmoid as hardSigmoidPack } from "../engine/kernels/packs/hardSigmoid.generated.js";
import { sigmoid as sigmoidPack } from "../engine/kernels/packs/sigmoid.generated.js";
import { softsign as softsignPack } from "../engine/kernels/packs/softsign.generated.js";
import { tanh as tanhPack } from "../engine/kernels/packs/tanh.generated.js";
// Activations that go from one bound to another.

import { number, optional } from "../base/options.js";
import { defineActivation, elementwise } from "./define.js";

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
