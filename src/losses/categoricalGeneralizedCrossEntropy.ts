import { number, optional } from "../base/options.js";
import { generalizedCrossEntropy as pack } from "../engine/kernels/packs/generalizedCrossEntropy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkClasses } from "./categoricalCrossentropy.js";
import { checkLabels } from "./labels.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { rowsPerWeight } from "./weights.js";

/**
 * (1 - p[label]^q) / q, which wrong labels disturb less than cross-entropy (Zhang and Sabuncu, 2018). The label is the index of a class.
 * Shapes: output (..., classes), probabilities; target (...), or (..., 1).
 */
export class CategoricalGeneralizedCrossEntropy extends defineLoss("CategoricalGeneralizedCrossEntropy", {
  /** Between cross-entropy (0) and mean absolute error (1), both excluded. Default 0.5. */
  q: optional(number(0, 1), 0.5),
}) {
  readonly name = "categorical_generalized_cross_entropy";

  protected override validate(): void {
    if (this.q > 0 && this.q < 1) return;
    throw new RangeError(`CategoricalGeneralizedCrossEntropy.q: expected a number between 0 and 1, got ${this.q}`);
  }

  targetShape(output: Shape): Shape {
    checkClasses("categoricalGeneralizedCrossEntropy", output);
    return output.slice(0, -1);
  }

  override checkTarget(where: string, data: ArrayLike<number>, output: Shape): void {
    checkLabels(where, data, output.at(-1)!, null);
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const classes = output.shape.at(-1)!;
    const rows = output.size / classes;
    const each = rowsPerWeight(weights, rows);
    const numbers = [rows, classes, this.q] as const;
    const values = program.batchRegion([1]);
    program.call(pack, "generalizedCrossEntropyForward", values, output, target, weights, each, ...numbers);
    return {
      values,
      backward() {
        const gradient = program.region(output.shape);
        const operands = [gradient, output, target, weights, each, program.step, ...numbers] as const;
        program.call(pack, "generalizedCrossEntropyBackward", ...operands);
        return { region: output, gradient };
      },
    };
  }
}
