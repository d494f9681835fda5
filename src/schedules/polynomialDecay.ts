import { raise } from "../base/exactMath.js";
import { boolean, number, optional } from "../base/options.js";
import { rate, steps } from "./options.js";
import { defineSchedule } from "./schedule.js";

/** From initialLearningRate to endLearningRate: (initial - end)(1 - step / decaySteps)^power + end. */
export class PolynomialDecay extends defineSchedule("PolynomialDecay", {
  /** The learning rate of the first step. */
  initialLearningRate: rate(),
  /** Steps until the end is reached. */
  decaySteps: steps(),
  /** Default 0.0001. */
  endLearningRate: optional(rate(), 0.0001),
  /** Default 1: a straight line. */
  power: optional(number(), 1),
  /** Whether it begins again, towards ever later ends, and does not stay at the end. Default false. */
  cycle: optional(boolean(), false),
}) {
  at(step: number): number {
    const { initialLearningRate, endLearningRate, decaySteps } = this;
    const length = this.cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, length) / length;
    return (initialLearningRate - endLearningRate) * raise(left, this.power) + endLearningRate;
  }
}
