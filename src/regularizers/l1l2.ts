import { number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Weight } from "../engine/program/weight.js";
import { recordActivityPenalty } from "./activityPenalty.js";
import { recordPenalty, recordPenaltyGradient } from "./penalty.js";
import { defineRegularizer } from "./regularizer.js";

/** l1 times the sum of |w| and l2 times the sum of w^2 over all elements. */
export class L1L2 extends defineRegularizer("L1L2", {
  /** Default 0. */
  l1: optional(number(0), 0),
  /** Default 0. */
  l2: optional(number(0), 0),
}) {
  record(program: ProgramBuilder, weight: Weight): Region {
    return recordPenalty(program, weight, this.l1, this.l2);
  }

  recordGradient(program: ProgramBuilder, weight: Weight): void {
    recordPenaltyGradient(program, weight, this.l1, this.l2);
  }

  /** Records the penalty on what a layer gives out. */
  recordActivity(program: ProgramBuilder, activation: Region): void {
    recordActivityPenalty(program, activation, this.l1, this.l2);
  }
}
