import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { BinaryCrossentropy as BinaryCrossentropyLoss } from "../losses/binaryCrossentropy.js";
import { fromLogits, labelSmoothing } from "../losses/loss.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class BinaryCrossentropy extends defineMetric("BinaryCrossentropy", {
  /** Whether outputs are logits: what comes before a sigmoid. Default false. */
  fromLogits: fromLogits(),
  /** By which part targets are brought nearer to each other. Default 0. */
  labelSmoothing: labelSmoothing(),
}) {
  readonly name = "binary_crossentropy";

  override targetShape(output: Shape): Shape {
    return new BinaryCrossentropyLoss({ fromLogits: this.fromLogits, labelSmoothing: this.labelSmoothing }).targetShape(
      output,
    );
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new BinaryCrossentropyLoss({ fromLogits: this.fromLogits, labelSmoothing: this.labelSmoothing }).record(
      program,
      output,
      target,
      weights,
    ).values;
  }
}
