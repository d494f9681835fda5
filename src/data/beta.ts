import { cosPi, exp, ln } from "../base/exactMath.js";
import { RANDOM, randomWords } from "../engine/memory/initialize.js";

/** Random words that are made at a time. */
const WORDS = 32;

/** Random numbers of one stream, which follow from the seed and the stream's number alone. */
export class RandomNumbers {
  #words: Uint32Array = new Uint32Array(0);
  #used = 0;

  constructor(
    readonly seed: number,
    readonly stream: number,
  ) {}

  /** Uniform in (0, 1). */
  uniform(): number {
    const at = this.#used++ % WORDS;
    if (at === 0) this.#words = randomWords(this.seed, RANDOM.mix, this.stream, this.#used - 1, WORDS).slice();
    return (this.#words[at]! + 0.5) / 2 ** 32;
  }

  #normal(): number {
    // Box and Muller.
    return Math.sqrt(-2 * ln(this.uniform())) * cosPi(2 * this.uniform());
  }

  /** The logarithm of a number of the gamma distribution of shape a: Marsaglia and Tsang (2000). */
  #lnGamma(a: number): number {
    if (a < 1) return this.#lnGamma(a + 1) + ln(this.uniform()) / a;
    const d = a - 1 / 3;
    for (;;) {
      const x = this.#normal();
      const root = 1 + x / Math.sqrt(9 * d);
      const v = root * root * root;
      if (v > 0 && ln(this.uniform()) < (x * x) / 2 + d * (1 - v + ln(v))) return ln(d * v);
    }
  }

  /** Of the beta distribution with both parameters `alpha`, above 0. By logarithms, as small parameters give numbers near 0 alone. */
  beta(alpha: number): number {
    const [a, b] = [this.#lnGamma(alpha), this.#lnGamma(alpha)];
    return 1 / (1 + exp(b - a));
  }
}
