import { number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight } from "../engine/program/weight.js";
import { defineConstraint } from "./constraint.js";
import { normAxes, recordNorm } from "./norm.js";

/** Norms between minValue and maxValue, or by a part of the way: w *= (rate clip(norm) + (1 - rate) norm) / (1e-7 + norm). */
export class MinMaxNorm extends defineConstraint("MinMaxNorm", {
  /** Default 0. */
  minValue: optional(number(0), 0),
  /** Default 1. */
  maxValue: optional(number(0), 1),
  /** Default 1: all the way. */
  rate: optional(number(0, 1), 1),
  /** Over which axes norms are taken. Default 0. */
  axis: normAxes(),
}) {
  record(program: ProgramBuilder, weight: Weight): void {
    const { minValue: least, maxValue: most, rate, axis } = this;
    recordNorm(program, weight, "MinMaxNorm", { axis, least, most, rate });
  }
}
