import { lazyPack } from "../engine/kernels.js";
import type { ProgramBuilder } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape } from "../engine/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";

const onLogits = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/packs/softmaxCrossEntropy.generated.js")).softmaxCrossEntropy,
);
/** For outputs that do not come from a softmax: seldom needed. */
const onProbabilities = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/packs/categoricalCrossentropy.generated.js")).categoricalCrossentropy,
);

/**
 * -sum over j of t[j] log p[j], the targets t one-hot or any distribution. Shapes: output and target (classes).
 * Where p comes from a softmax, loss and gradient (p - t) are computed from its input, which is exact for any p.
 * Elsewhere p is brought to sum 1 and clipped to [1e-7, 1 - 1e-7], as in Keras.
 */
export class CategoricalCrossentropy extends defineLoss("CategoricalCrossentropy", {}) {
  readonly name = "categorical_crossentropy";

  targetShape(output: Shape): Shape {
    if (output.length !== 1 || output[0]! < 2) {
      throw new RangeError(
        `categoricalCrossentropy: expected outputs of shape (classes,) with 2 classes or more, got ${formatShape(output)}`,
      );
    }
    return output;
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const classes = output.size;
    const values = program.batchRegion([1]);
    const logits = output.logitsOf === "softmax" ? output.logits : undefined;
    if (logits) {
      program.call(onLogits, "softmaxCrossEntropyForward", values, logits, target, weights, classes);
    } else {
      program.call(onProbabilities, "categoricalCrossentropyForward", values, output, target, weights, classes);
    }
    return {
      values,
      backward() {
        const gradient = program.region(output.shape);
        const operands = [gradient, output, target, weights, program.step, classes] as const;
        if (logits) program.call(onLogits, "softmaxCrossEntropyBackward", ...operands);
        else program.call(onProbabilities, "categoricalCrossentropyBackward", ...operands);
        return { region: logits ?? output, gradient };
      },
    };
  }
}
