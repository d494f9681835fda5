import { boolean, integer, nullable, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { meanOverlap, recordMatrix } from "./matrix.js";
import { defineMetric } from "./metric.js";

/** The mean over all classes of intersection over union: positions that both call so, divided by those that one does. */
export class MeanIoU extends defineMetric("MeanIoU", {
  /** How many classes there are. */
  numClasses: integer(2),
  /** A label that is left out. Default null: none. */
  ignoreClass: optional(nullable(integer(Number.MIN_SAFE_INTEGER)), null),
  /** Whether targets are labels, and not a number for each class. Default true. */
  sparseYTrue: optional(boolean(), true),
  /** Whether outputs are labels, and not a number for each class. Default true. */
  sparseYPred: optional(boolean(), true),
}) {
  readonly name = "mean_io_u";

  override targetShape(output: Shape): Shape {
    const positions = this.sparseYPred ? output : output.slice(0, -1);
    return this.sparseYTrue ? positions : [...positions, this.numClasses];
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const { numClasses, ignoreClass, sparseYTrue, sparseYPred } = this;
    const matrix = { classes: numClasses, sparseOutput: sparseYPred, sparseTarget: sparseYTrue, ignoreClass };
    return recordMatrix(program, output, target, weights, matrix);
  }

  override result(sums: ArrayLike<number>): number {
    return meanOverlap(sums, this.numClasses, [...new Array(this.numClasses).keys()]);
  }
}
