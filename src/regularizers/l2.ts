import { number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Weight } from "../engine/program/weight.js";
import { recordActivityPenalty } from "./activityPenalty.js";
import { recordPenalty, recordPenaltyGradient } from "./penalty.js";
import { defineRegularizer } from "./regularizer.js";

/** l2 times the sum of w^2 over all elements. */
export class L2 extends defineRegularizer("L2", {
  /** Default 0.01. */
  l2: optional(number(0), 0.01),
}) {
  record(program: ProgramBuilder, weight: Weight): Region {
    return recordPenalty(program, weight, 0, this.l2);
  }

  recordGradient(program: ProgramBuilder, weight: Weight): void {
    recordPenaltyGradient(program, weight, 0, this.l2);
  }

  /** Records the penalty on what a layer gives out. */
  recordActivity(program: ProgramBuilder, activation: Region): void {
    recordActivityPenalty(program, activation, 0, this.l2);
  }
}
