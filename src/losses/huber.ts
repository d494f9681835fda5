import { number, optional } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/** The mean of d^2 / 2 where |d| <= delta and delta |d| - delta^2 / 2 elsewhere, d = p - t. Targets have the shape of the outputs. */
export class Huber extends defineLoss("Huber", {
  /** Where the parabola becomes a line. Default 1. */
  delta: optional(number(0), 1),
}) {
  readonly name = "huber_loss";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    return recordPointwise(program, output, target, weights, { kind: KIND.huber, a: this.delta });
  }
}
