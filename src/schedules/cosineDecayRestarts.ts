import { cosPi, power } from "../base/exactMath.js";
import { number, optional } from "../base/options.js";
import { rate, steps } from "./options.js";
import { defineSchedule } from "./schedule.js";

/** Half cosines one after the other, each from the top again (SGDR, Loshchilov and Hutter, 2016). */
export class CosineDecayRestarts extends defineSchedule("CosineDecayRestarts", {
  /** The learning rate of the first step. */
  initialLearningRate: rate(),
  /** Steps of the first cosine. */
  firstDecaySteps: steps(),
  /** How many times as long each cosine is as the one before: 1 or more. Default 2. */
  tMul: optional(number(1), 2),
  /** How many times as high each begins. Default 1. */
  mMul: optional(number(0), 1),
  /** The end of each, as a share of `initialLearningRate`. Default 0. */
  alpha: optional(number(0), 0),
}) {
  at(step: number): number {
    const { initialLearningRate, tMul, mMul, alpha } = this;
    let fraction = step / this.firstDecaySteps;
    let restarts = 0;
    if (tMul === 1) {
      restarts = Math.floor(fraction);
      fraction -= restarts;
    } else {
      for (; fraction >= 1; restarts++) fraction = (fraction - 1) / tMul;
    }
    const cosine = 0.5 * power(mMul, restarts) * (1 + cosPi(fraction));
    return initialLearningRate * ((1 - alpha) * cosine + alpha);
  }
}
