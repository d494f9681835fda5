import { integer, nullable, optional } from "../base/options.js";
import { sparseCrossEntropy as pack } from "../engine/kernels/packs/sparseCrossEntropy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { AllRows } from "../engine/program/programData.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkClasses } from "./categoricalCrossentropy.js";
import { checkLabels } from "./labels.js";
import { logitsOf, softmaxOf } from "./logits.js";
import { defineLoss, fromLogits, type RecordedLoss } from "./loss.js";
import { rowsPerWeight } from "./weights.js";

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

  /** As of all losses, but that ignored positions are no part of a sum of weights. */
  override record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const byWeights = this.ignoreClass !== null && this.reduction === "mean_with_sample_weight" && weights !== 0;
    return byWeights
      ? this.#record(program, output, target, weights, program.allRows(weights))
      : super.record(program, output, target, weights);
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return this.#record(program, output, target, weights, 0);
  }

  #record(
    program: ProgramBuilder,
    output: Region,
    target: Region,
    weights: Region | 0,
    allWeights: AllRows | 0,
  ): RecordedLoss {
    const classes = output.shape.at(-1)!;
    const rows = output.size / classes;
    const logits = logitsOf(output, this.fromLogits);
    const ignore = this.ignoreClass ?? Number.NaN;
    const numbers = [rows, classes, ignore, logits ? 0 : 1] as const;
    // A sum has no divisor from which something could be left out.
    const isSum = this.reduction === "sum" || this.reduction === "none";
    const all = this.ignoreClass === null || isSum ? 0 : program.allRows(target);
    const labels = [target, all, weights, allWeights, rowsPerWeight(weights, rows), program.step] as const;
    const values = program.batchRegion([1]);
    program.call(pack, "sparseCrossEntropyForward", values, logits ?? output, ...labels, ...numbers);
    return {
      values,
      backward() {
        const y = logits ? softmaxOf(program, logits, output) : output;
        const gradient = program.region(output.shape);
        program.call(pack, "sparseCrossEntropyBackward", gradient, y, ...labels, ...numbers);
        return { region: logits ?? output, gradient };
      },
    };
  }
}
