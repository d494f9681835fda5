import { number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight } from "../engine/program/weight.js";
import { defineConstraint } from "./constraint.js";
import { normAxes, recordNorm } from "./norm.js";

/** Norms of at most maxValue: w *= min(norm, maxValue) / (1e-7 + norm). */
export class MaxNorm extends defineConstraint("MaxNorm", {
  /** Default 2. */
  maxValue: optional(number(0), 2),
  /** Over which axes norms are taken. Default 0: for a dense kernel (in, units) each unit has one; of a convolution's, give [0, 1, 2]. */
  axis: normAxes(),
}) {
  record(program: ProgramBuilder, weight: Weight): void {
    recordNorm(program, weight, "MaxNorm", { axis: this.axis, least: 0, most: this.maxValue, rate: 1 });
  }
}
