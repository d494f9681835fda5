import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import { recordMatrix } from "./matrix.js";
import { defineMetric } from "./metric.js";

/**
 * How often each class was taken for each other: result[i][j] is the sum of the weights of the positions of class i whose greatest output is
 * at j. Logged as `confusion_matrix_i_j`. Shapes: output (..., classes); target one-hot (..., classes), or labels (...). Keras has no such
 * metric, so that other tools do not read it.
 */
export class ConfusionMatrix extends defineMetric("ConfusionMatrix", {}) {
  readonly name = "confusion_matrix";

  override fits(output: Shape, target: Shape): boolean {
    const size = sizeOf(target);
    return size === sizeOf(output) || size === sizeOf(output.slice(0, -1));
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    const sparseTarget = target.size !== output.size;
    const classes = output.shape.at(-1)!;
    return recordMatrix(program, output, target, weights, {
      classes,
      sparseOutput: false,
      sparseTarget,
      ignoreClass: null,
    });
  }

  override result(sums: ArrayLike<number>): readonly (readonly number[])[] {
    const classes = Math.sqrt(sums.length);
    const row = (i: number) => Array.from({ length: classes }, (_, j) => sums[i * classes + j]!);
    return Array.from({ length: classes }, (_, i) => row(i));
  }
}
