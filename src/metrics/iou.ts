import { boolean, integer, integers, nullable, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { meanOverlap, recordMatrix } from "./matrix.js";
import { defineMetric } from "./metric.js";

/** The mean over some classes of intersection over union: positions that both call so, divided by those that one does. */
export class IoU extends defineMetric("IoU", {
  /** How many classes there are. */
  numClasses: integer(2),
  /** The classes over which the mean is taken. */
  targetClassIds: integers(0),
  /** A label that is left out. Default null: none. */
  ignoreClass: optional(nullable(integer(Number.MIN_SAFE_INTEGER)), null),
  /** Whether targets are labels, and not a number for each class. Default true. */
  sparseYTrue: optional(boolean(), true),
  /** Whether outputs are labels, and not a number for each class. Default true. */
  sparseYPred: optional(boolean(), true),
}) {
  readonly name = "io_u";

  override targetShape(output: Shape): Shape {
    const positions = this.sparseYPred ? output : output.slice(0, -1);
    return this.sparseYTrue ? positions : [...positions, this.numClasses];
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordMatrix(program, output, target, weights, {
      classes: this.numClasses,
      sparseOutput: this.sparseYPred,
      sparseTarget: this.sparseYTrue,
      ignoreClass: this.ignoreClass,
    });
  }

  override result(sums: ArrayLike<number>): number {
    return meanOverlap(sums, this.numClasses, this.targetClassIds);
  }
}
