import { categoricalHinge as pack } from "../engine/kernels/packs/categoricalHinge.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { checkClasses } from "./categoricalCrossentropy.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { rowsPerWeight } from "./weights.js";

/** max(1 + the greatest of (1 - t) p - the sum of t p, 0), the targets t one-hot. Shapes: output and target (..., classes). */
export class CategoricalHinge extends defineLoss("CategoricalHinge", {}) {
  readonly name = "categorical_hinge";

  targetShape(output: Shape): Shape {
    checkClasses("categoricalHinge", output);
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const classes = output.shape.at(-1)!;
    const rows = output.size / classes;
    const each = rowsPerWeight(weights, rows);
    const numbers = [rows, classes] as const;
    const values = program.batchRegion([1]);
    program.call(pack, "categoricalHingeForward", values, output, target, weights, each, ...numbers);
    return {
      values,
      backward() {
        const gradient = program.region(output.shape);
        program.call(
          pack,
          "categoricalHingeBackward",
          gradient,
          output,
          target,
          weights,
          each,
          program.step,
          ...numbers,
        );
        return { region: output, gradient };
      },
    };
  }
}
