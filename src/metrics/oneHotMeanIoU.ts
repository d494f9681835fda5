import { boolean, integer, nullable, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { meanOverlap, recordMatrix } from "./matrix.js";
import { defineMetric } from "./metric.js";

/** MeanIoU of targets with a number for each class. */
export class OneHotMeanIoU extends defineMetric("OneHotMeanIoU", {
  /** How many classes there are. */
  numClasses: integer(2),
  /** A label that is left out. Default null: none. */
  ignoreClass: optional(nullable(integer(Number.MIN_SAFE_INTEGER)), null),
  /** Whether outputs are labels, and not a number for each class. Default false. */
  sparseYPred: optional(boolean(), false),
}) {
  readonly name = "one_hot_mean_io_u";

  override targetShape(output: Shape): Shape {
    const positions = this.sparseYPred ? output : output.slice(0, -1);
    return [...positions, this.numClasses];
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordMatrix(program, output, target, weights, {
      classes: this.numClasses,
      sparseOutput: this.sparseYPred,
      sparseTarget: false,
      ignoreClass: this.ignoreClass,
    });
  }

  override result(sums: ArrayLike<number>): number {
    return meanOverlap(sums, this.numClasses, [...new Array(this.numClasses).keys()]);
  }
}
