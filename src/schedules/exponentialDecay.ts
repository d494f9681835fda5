import { raise } from "../base/exactMath.js";
import { boolean, number, optional } from "../base/options.js";
import { rate, steps } from "./options.js";
import { defineSchedule } from "./schedule.js";

/** initialLearningRate * decayRate^(step / decaySteps) */
export class ExponentialDecay extends defineSchedule("ExponentialDecay", {
  /** The learning rate of the first step. */
  initialLearningRate: rate(),
  /** Steps in which the rate is multiplied by `decayRate` once. */
  decaySteps: steps(),
  /** What the rate is multiplied by. */
  decayRate: number(0),
  /** Whether the exponent is rounded down, so that the rate falls in steps. Default false. */
  staircase: optional(boolean(), false),
}) {
  at(step: number): number {
    const exponent = step / this.decaySteps;
    return this.initialLearningRate * raise(this.decayRate, this.staircase ? Math.floor(exponent) : exponent);
  }
}
