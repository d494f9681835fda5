import { integer, nullable, optional } from "../base/options.js";
import { sparseCrossEntropy as pack } from "../engine/kernels/packs/sparseCrossEntropy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkClasses, softmaxOf } from "./categoricalCrossentropy.js";
import { checkLabels } from "./labels.js";
import { defineLoss, fromLogits, type RecordedLoss } from "./loss.js";

/**
 * -log p[label], the label the index of a class. Shapes: output (..., classes), target (...); (..., 1) is the same. Where p comes from a
 * softmax, loss and gradient are computed from its input, which is exact for any p. Elsewhere p is clipped to [1e-7, 1 - 1e-7].
 */
export class SparseCategoricalCrossentropy extends defineLoss("SparseCategoricalCrossentropy", {
  /** Whether the outputs are not probabilities but what a softmax would take. Default false. */
  fromLogits: fromLogits(),
  /** A label that counts for nothing: the mean is over the other positions of the batch. Default null: none. */
  ignoreClass: optional(nullable(integer(Number.MIN_SAFE_INTEGER)), null),
}) {
  readonly name = "sparse_categorical_crossentropy";

  targetShape(output: Shape): Shape {
    checkClasses("sparseCategoricalCrossentropy", output);
    return output.slice(0, -1);
  }

  override checkTarget(where: string, data: ArrayLike<number>, output: Shape): void {
    checkLabels(where, data, output.at(-1)!, this.ignoreClass);
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const classes = output.shape.at(-1)!;
    const fromSoftmax = output.logitsOf === "softmax" ? output.logits : undefined;
    const logits = fromSoftmax ?? (this.fromLogits ? output : undefined);
    const ignore = this.ignoreClass ?? Number.NaN;
    const numbers = [output.size / classes, classes, ignore, logits ? 0 : 1] as const;
    const labels = [target, program.allRows(target), weights, program.step] as const;
    const values = program.batchRegion([1]);
    program.call(pack, "sparseCrossEntropyForward", values, logits ?? output, ...labels, ...numbers);
    return {
      values,
      backward() {
        const y = fromSoftmax || !logits ? output : softmaxOf(program, output);
        const gradient = program.region(output.shape);
        program.call(pack, "sparseCrossEntropyBackward", gradient, y, ...labels, ...numbers);
        return { region: logits ?? output, gradient };
      },
    };
  }
}
