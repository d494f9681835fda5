import { integers, number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { COUNT, recordCounts } from "./counts.js";
import { meanOverlap } from "./matrix.js";
import { defineMetric } from "./metric.js";

/** The mean over class 0, class 1 or both of intersection over union. Target, 0 or 1, in the shape of the output. */
export class BinaryIoU extends defineMetric("BinaryIoU", {
  /** The classes over which the mean is taken. Default 0 and 1. */
  targetClassIds: optional(integers(0, 1), () => [0, 1]),
  /** Outputs from it on are class 1. Default 0.5. */
  threshold: optional(number(), 0.5),
}) {
  readonly name = "binary_io_u";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordCounts(program, output, target, weights, below(this.threshold));
  }

  override result(sums: ArrayLike<number>): number {
    const { trueNegatives, falsePositives, falseNegatives, truePositives } = COUNT;
    const matrix = [trueNegatives, falsePositives, falseNegatives, truePositives].map((at) => sums[at] ?? 0);
    return meanOverlap(matrix, 2, this.targetClassIds);
  }
}

/** The f32 before this one: what is above it is this one or greater. */
function below(value: number): number {
  const number = Float32Array.of(value);
  const bits = new Int32Array(number.buffer);
  if (number[0] === 0) return -1e-45;
  bits[0]! += number[0]! > 0 ? -1 : 1;
  return number[0]!;
}
