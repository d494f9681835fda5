import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/** The mean of max(1 - t p, 0)^2, targets -1 and 1; 0 counts as -1. Targets have the shape of the outputs. */
export class SquaredHinge extends defineLoss("SquaredHinge", {}) {
  readonly name = "squared_hinge";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return recordPointwise(program, output, target, weights, { kind: KIND.squaredHinge });
  }
}
