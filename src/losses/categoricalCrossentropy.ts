import { categoricalCrossentropy as onProbabilities } from "../engine/kernels/packs/categoricalCrossentropy.generated.js";
import { softmaxCrossEntropy as onLogits } from "../engine/kernels/packs/softmaxCrossEntropy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { formatShape, type Shape } from "../engine/program/shape.js";
import { logitsOf, softmaxOf } from "./logits.js";
import { defineLoss, fromLogits, labelSmoothing, type RecordedLoss } from "./loss.js";
import { rowsPerWeight } from "./weights.js";

/** @throws RangeError unless the last axis has two classes or more */
export function checkClasses(where: string, output: Shape): void {
  if ((output.at(-1) ?? 0) >= 2) return;
  throw new RangeError(
    `${where}: expected outputs of shape (..., classes) with 2 classes or more, got ${formatShape(output)}`,
  );
}

/**
 * -sum over j of t[j] log p[j], the targets t one-hot or any distribution. Shapes: output and target (..., classes).
 * Where p comes from a softmax, loss and gradient (p - t) are computed from its input, which is exact for any p.
 * Elsewhere p is brought to sum 1 and clipped to [1e-7, 1 - 1e-7], as in Keras. After a sigmoid, too, the softmax of its input counts as
 * p, as in Keras on TensorFlow.
 */
export class CategoricalCrossentropy extends defineLoss("CategoricalCrossentropy", {
  /** Whether the outputs are not probabilities but what a softmax would take. Default false. */
  fromLogits: fromLogits(),
  /** Targets become t (1 - labelSmoothing) + labelSmoothing / classes. Default 0. */
  labelSmoothing: labelSmoothing(),
}) {
  readonly name = "categorical_crossentropy";

  targetShape(output: Shape): Shape {
    checkClasses("categoricalCrossentropy", output);
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const classes = output.shape.at(-1)!;
    const rows = output.size / classes;
    const each = rowsPerWeight(weights, rows);
    const numbers = [rows, classes, this.labelSmoothing] as const;
    const values = program.batchRegion([1]);
    const logits = logitsOf(output, this.fromLogits);
    if (logits) program.call(onLogits, "softmaxCrossEntropyForward", values, logits, target, weights, each, ...numbers);
    else
      program.call(
        onProbabilities,
        "categoricalCrossentropyForward",
        values,
        output,
        target,
        weights,
        each,
        ...numbers,
      );
    return {
      values,
      backward() {
        const y = logits ? softmaxOf(program, logits, output) : output;
        const gradient = program.region(output.shape);
        const operands = [gradient, y, target, weights, each, program.step, ...numbers] as const;
        if (logits) program.call(onLogits, "softmaxCrossEntropyBackward", ...operands);
        else program.call(onProbabilities, "categoricalCrossentropyBackward", ...operands);
        return { region: logits ?? output, gradient };
      },
    };
  }
}
