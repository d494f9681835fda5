import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { LogCosh as LogCoshLoss } from "../losses/logCosh.js";
import { defineMetric } from "./metric.js";

/** The mean of the loss of this name. */
export class LogCoshError extends defineMetric("LogCoshError", {}) {
  readonly name = "logcosh";

  override targetShape(output: Shape): Shape {
    return new LogCoshLoss().targetShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return new LogCoshLoss().record(program, output, target, weights).values;
  }
}
