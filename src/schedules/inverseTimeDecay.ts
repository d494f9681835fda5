import { boolean, number, optional } from "../base/options.js";
import { rate, steps } from "./options.js";
import { defineSchedule } from "./schedule.js";

/** initialLearningRate / (1 + decayRate * step / decaySteps) */
export class InverseTimeDecay extends defineSchedule("InverseTimeDecay", {
  /** The learning rate of the first step. */
  initialLearningRate: rate(),
  /** Steps in which the divisor grows by `decayRate`. */
  decaySteps: steps(),
  /** How much the divisor grows. */
  decayRate: number(0),
  /** Whether step / decaySteps is rounded down. Default false. */
  staircase: optional(boolean(), false),
}) {
  at(step: number): number {
    const time = step / this.decaySteps;
    return this.initialLearningRate / (1 + this.decayRate * (this.staircase ? Math.floor(time) : time));
  }
}
