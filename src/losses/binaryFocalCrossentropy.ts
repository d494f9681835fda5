import { boolean, number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkBinary } from "./labels.js";
import { defineLoss, fromLogits, labelSmoothing, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/**
 * Binary cross-entropy times (1 - probability of what is true)^gamma (Lin et al., 2017), so that what is easy counts less. Targets from
 * 0 to 1 in the shape of the outputs.
 */
export class BinaryFocalCrossentropy extends defineLoss("BinaryFocalCrossentropy", {
  /** Whether class 1 counts alpha and class 0 counts 1 - alpha. Default false. */
  applyClassBalancing: optional(boolean(), false),
  /** Default 0.25. */
  alpha: optional(number(0, 1), 0.25),
  /** Default 2. */
  gamma: optional(number(0), 2),
  /** Whether the outputs are not probabilities but what a sigmoid would take. Default false. */
  fromLogits: fromLogits(),
  /** Targets become t (1 - labelSmoothing) + labelSmoothing / 2. Default 0. */
  labelSmoothing: labelSmoothing(),
}) {
  readonly name = "binary_focal_crossentropy";

  targetShape(output: Shape): Shape {
    return output;
  }

  override checkTarget(where: string, data: ArrayLike<number>): void {
    checkBinary(where, data);
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const fromSigmoid = output.logitsOf === "sigmoid" ? output.logits : undefined;
    const logits = fromSigmoid ?? (this.fromLogits ? output : undefined);
    return recordPointwise(program, logits ?? output, target, weights, {
      kind: logits ? KIND.focalLogits : KIND.focal,
      smoothing: this.labelSmoothing,
      a: this.gamma,
      b: this.applyClassBalancing ? this.alpha : -1,
    });
  }
}
