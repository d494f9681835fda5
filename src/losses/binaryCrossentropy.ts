import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkBinary } from "./labels.js";
import { logitsOf } from "./logits.js";
import { defineLoss, fromLogits, labelSmoothing, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/**
 * The mean of -(t log p + (1 - t) log(1 - p)), targets from 0 to 1 in the shape of the outputs. Where p comes from a sigmoid, loss and
 * gradient (p - t) are computed from its input, which is exact for any p. Elsewhere p is clipped to [1e-7, 1 - 1e-7], as in Keras.
 * After a softmax, too, the sigmoid of its input counts as p, as in Keras on TensorFlow.
 */
export class BinaryCrossentropy extends defineLoss("BinaryCrossentropy", {
  /** Whether the outputs are not probabilities but what a sigmoid would take. Default false. */
  fromLogits: fromLogits(),
  /** Targets become t (1 - labelSmoothing) + labelSmoothing / 2. Default 0. */
  labelSmoothing: labelSmoothing(),
}) {
  readonly name = "binary_crossentropy";

  targetShape(output: Shape): Shape {
    return output;
  }

  override checkTarget(where: string, data: ArrayLike<number>): void {
    checkBinary(where, data);
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const logits = logitsOf(output, this.fromLogits);
    const kind = logits ? KIND.binaryLogits : KIND.binary;
    return recordPointwise(program, logits ?? output, target, weights, { kind, smoothing: this.labelSmoothing });
  }
}
