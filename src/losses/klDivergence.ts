import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { defineLoss, type RecordedLoss } from "./loss.js";
import { KIND, recordPointwise } from "./pointwise.js";

/** The sum over the last axis of t log(t / p), both clipped to [1e-7, 1]. Targets have the shape of the outputs. */
export class KLDivergence extends defineLoss("KLDivergence", {}) {
  readonly name = "kl_divergence";

  targetShape(output: Shape): Shape {
    return output;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    // A sum over the last axis, a mean over the others.
    const scale = output.shape.at(-1) ?? 1;
    return recordPointwise(program, output, target, weights, { kind: KIND.divergence, scale });
  }
}
