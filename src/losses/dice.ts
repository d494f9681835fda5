import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { overlapAxis, overlapLayout, recordOverlap } from "./overlap.js";

/**
 * 1 - 2 I / (T + P + 1e-7), with I, T and P the sums of t p, of the targets t and of the outputs p, over the whole batch or some axes
 * (Sudre et al., 2017). Targets have the shape of the outputs.
 */
export class Dice extends defineLoss("Dice", {
  /** The axes of the sums, side by side, the batch's counted as 0. Default null: all, that of the batch too. */
  axis: overlapAxis(),
}) {
  readonly name = "dice";

  targetShape(output: Shape): Shape {
    overlapLayout("dice", this.axis, output);
    return output;
  }

  /** As of all losses, but of a whole batch in one where `axis` is null. */
  override record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    // One number for the whole batch: its sum is its mean.
    const isOne = this.axis === null && weights === 0;
    return isOne ? this.recordMean(program, output, target, 0) : super.record(program, output, target, weights);
  }

  /** A loss of the whole batch counts as the mean of all weights; else a sample has one. */
  override weightShape(output: Shape): Shape {
    return this.axis === null ? super.weightShape(output) : [];
  }

  protected override positions(output: Shape, weights: Region | 0): number {
    if (this.axis === null) return weights === 0 ? 1 : weights.size;
    const { outer, inner } = overlapLayout("dice", this.axis, output);
    return outer * inner;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return recordOverlap(program, output, target, weights, {
      layout: overlapLayout("dice", this.axis, output.shape),
      whole: this.axis === null,
      alpha: 0.5,
      beta: 0.5,
      epsilon: 0.5e-7,
    });
  }
}
