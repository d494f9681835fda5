import { number } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { mostAt, recordSpread, thresholdOptions } from "./atThreshold.js";
import { defineMetric } from "./metric.js";

/** The greatest specificity at a threshold where the sensitivity (recall) is at least so much; 0 if there is none. Target in the shape of the output. */
export class SpecificityAtSensitivity extends defineMetric("SpecificityAtSensitivity", {
  /** The least sensitivity, from 0 to 1. */
  sensitivity: number(0, 1),
  ...thresholdOptions,
}) {
  readonly name = "specificity_at_sensitivity";

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return recordSpread(program, output, target, weights, this);
  }

  override result(sums: ArrayLike<number>): number {
    return mostAt(sums, "specificity", "recall", this.sensitivity);
  }
}
