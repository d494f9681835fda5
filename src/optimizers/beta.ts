import { power } from "../base/exactMath.js";
import { kerasName, number, optional } from "../base/options.js";

/** The options beta1 and beta2 of Adam and its kin: how much of a running mean each step keeps. */
export const beta1 = (fallback: number) => kerasName(optional(number(0, 1), fallback), "beta_1");
export const beta2 = (fallback: number) => kerasName(optional(number(0, 1), fallback), "beta_2");

/** What keeps a root away from 0: at least 1e-30. */
export const epsilon = () => optional(number(1e-30), 1e-7);

/** 1 - beta^n, rounded where Keras rounds it: for small n most of the digits of a beta near 1 are lost, and they should be the same. */
export function oneMinusPower(beta: number, n: number): number {
  return Math.fround(1 - Math.fround(power(Math.fround(beta), n)));
}

/** Adam's step length: learningRate sqrt(1 - beta2^n) / (1 - beta1^n) at its n-th update. */
export function adamAlpha(learningRate: number, beta1: number, beta2: number, n: number): number {
  const root = Math.fround(Math.sqrt(oneMinusPower(beta2, n)));
  return Math.fround(Math.fround(learningRate * root) / oneMinusPower(beta1, n));
}
