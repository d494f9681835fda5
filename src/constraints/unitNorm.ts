import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight } from "../engine/program/weight.js";
import { defineConstraint } from "./constraint.js";
import { normAxes, recordNorm } from "./norm.js";

/** Norms of 1: w /= 1e-7 + norm. */
export class UnitNorm extends defineConstraint("UnitNorm", {
  /** Over which axes norms are taken. Default 0. */
  axis: normAxes(),
}) {
  record(program: ProgramBuilder, weight: Weight): void {
    recordNorm(program, weight, "UnitNorm", { axis: this.axis, least: 1, most: 1, rate: 1 });
  }
}
