import { cosPi } from "../base/exactMath.js";
import { nullable, number, optional } from "../base/options.js";
import { rate, steps } from "./options.js";
import { defineSchedule } from "./schedule.js";

/**
 * Half a cosine from initialLearningRate to alpha times it (Loshchilov and Hutter, 2016). With `warmupTarget` a straight line to that
 * rate comes first, and the cosine begins there.
 */
export class CosineDecay extends defineSchedule("CosineDecay", {
  /** The learning rate of the first step. */
  initialLearningRate: rate(),
  /** Steps of the cosine. */
  decaySteps: steps(),
  /** The end, as a share of the rate at which the cosine begins. Default 0. */
  alpha: optional(number(0), 0),
  /** Default null: no line first. */
  warmupTarget: optional(nullable(rate()), null),
  /** Steps of the line. Default 0. */
  warmupSteps: optional(number(0), 0),
}) {
  at(step: number): number {
    const { initialLearningRate, decaySteps, alpha, warmupTarget } = this;
    const warmupSteps = warmupTarget === null ? 0 : this.warmupSteps;
    const top = warmupTarget ?? initialLearningRate;
    if (step < warmupSteps) return ((top - initialLearningRate) * step) / warmupSteps + initialLearningRate;
    const cosine = 0.5 * (1 + cosPi(Math.min(step - warmupSteps, decaySteps) / decaySteps));
    return top * ((1 - alpha) * cosine + alpha);
  }
}
