import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import type { Loss } from "../losses/loss.js";
import { Metric, type MetricOptions } from "./metric.js";

/** The mean of a loss, reported as a metric. */
export class LossMetric extends Metric {
  readonly name: string;

  constructor(
    readonly loss: Loss,
    own: MetricOptions = {},
  ) {
    super(loss.className, own);
    this.name = loss.name;
  }

  override get isFunction(): boolean {
    return this.loss.isFunction;
  }

  override load(): Promise<void> {
    return this.loss.load?.() ?? Promise.resolve();
  }

  override targetShape(output: Shape): Shape {
    return this.loss.targetShape(output);
  }

  override weightShape(output: Shape): Shape {
    return this.loss.weightShape(output);
  }

  record(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): Region {
    return this.loss.record(program, output, target, weights).values;
  }

  override config(): Record<string, unknown> {
    return this.loss.config();
  }
}
