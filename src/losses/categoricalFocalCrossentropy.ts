import { softmax } from "../activations/softmax.js";
import { number, optional } from "../base/options.js";
import { categoricalFocalCrossentropy as pack } from "../engine/kernels/packs/categoricalFocalCrossentropy.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkClasses } from "./categoricalCrossentropy.js";
import { defineLoss, fromLogits, labelSmoothing, type RecordedLoss } from "./loss.js";
import { rowsPerWeight } from "./weights.js";

/**
 * Categorical cross-entropy in which each class counts alpha (1 - p)^gamma, so that what is easy counts less (Lin et al., 2017). The
 * targets are one-hot or any distribution. Shapes: output and target (..., classes). As in Keras p is brought to sum 1 and clipped to
 * [1e-7, 1 - 1e-7].
 */
export class CategoricalFocalCrossentropy extends defineLoss("CategoricalFocalCrossentropy", {
  /** Default 0.25. */
  alpha: optional(number(), 0.25),
  /** Default 2. */
  gamma: optional(number(0), 2),
  /** Whether the outputs are not probabilities but what a softmax would take. Default false. */
  fromLogits: fromLogits(),
  /** Targets become t (1 - labelSmoothing) + labelSmoothing / classes. Default 0. */
  labelSmoothing: labelSmoothing(),
}) {
  readonly name = "categorical_focal_crossentropy";

  targetShape(output: Shape): Shape {
    checkClasses("categoricalFocalCrossentropy", output);
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const classes = output.shape.at(-1)!;
    const rows = output.size / classes;
    const each = rowsPerWeight(weights, rows);
    const numbers = [rows, classes, this.labelSmoothing, this.alpha, this.gamma] as const;
    const probable = this.fromLogits ? softmax.record(program, output) : undefined;
    const p = probable?.outputs[0] ?? output;
    const values = program.batchRegion([1]);
    program.call(pack, "categoricalFocalCrossentropyForward", values, p, target, weights, each, ...numbers);
    return {
      values,
      backward() {
        const slope = program.region(output.shape);
        const operands = [slope, p, target, weights, each, program.step] as const;
        program.call(pack, "categoricalFocalCrossentropyBackward", ...operands, ...numbers);
        return { region: output, gradient: probable ? probable.backward!([slope])[0]! : slope };
      },
    };
  }
}
