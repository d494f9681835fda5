const EPSILON = 1e-7;

const clip = (x: number, least: number, most: number) => Math.min(Math.max(x, least), most);
const crossEntropy = (q: number, t: number) => -(t * Math.log(q) + (1 - t) * Math.log(1 - q));
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const hingeTarget = (t: number) => (t === 0 ? -1 : t);
const focalFactor = (p: number, t: number, gamma: number, alpha: number) =>
  (alpha < 0 ? 1 : t * alpha + (1 - t) * (1 - alpha)) * (1 - (t * p + (1 - t) * (1 - p))) ** gamma;

/** f(p, t) of the losses that compare number by number; p are logits where the name says so. */
export const pointwise = {
  squared: (p: number, t: number) => (p - t) ** 2,
  absolute: (p: number, t: number) => Math.abs(p - t),
  percentage: (p: number, t: number) => Math.abs(p - t) / Math.max(Math.abs(t), EPSILON),
  squaredLogarithmic: (p: number, t: number) =>
    (Math.log(Math.max(p, EPSILON) + 1) - Math.log(Math.max(t, EPSILON) + 1)) ** 2,
  huber: (p: number, t: number, delta: number) =>
    Math.abs(p - t) <= delta ? (p - t) ** 2 / 2 : delta * Math.abs(p - t) - delta ** 2 / 2,
  logCosh: (p: number, t: number) => Math.log(Math.cosh(p - t)),
  divergence: (p: number, t: number) => {
    const truth = clip(t, EPSILON, 1);
    return truth * Math.log(truth / clip(p, EPSILON, 1));
  },
  poisson: (p: number, t: number) => p - t * Math.log(p + EPSILON),
  hinge: (p: number, t: number) => Math.max(1 - hingeTarget(t) * p, 0),
  squaredHinge: (p: number, t: number) => Math.max(1 - hingeTarget(t) * p, 0) ** 2,
  binary: (p: number, t: number) => crossEntropy(clip(p, EPSILON, 1 - EPSILON), t),
  binaryLogits: (z: number, t: number) => Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z))),
  focal: (p: number, t: number, gamma: number, alpha: number) =>
    focalFactor(p, t, gamma, alpha) * crossEntropy(clip(p, EPSILON, 1 - EPSILON), t),
  focalLogits: (z: number, t: number, gamma: number, alpha: number) =>
    focalFactor(sigmoid(z), t, gamma, alpha) * pointwise.binaryLogits(z, t),
};

/** -log p[label] of a row of logits; or of probabilities, clipped to [1e-7, 1 - 1e-7] and brought to sum 1. */
export function sparseCrossEntropy(row: ArrayLike<number>, label: number, probabilities: boolean): number {
  const weights = Array.from(row, (x) => (probabilities ? clip(x, EPSILON, 1 - EPSILON) : Math.exp(x)));
  return Math.log(weights.reduce((sum, x) => sum + x, 0)) - Math.log(weights[label]!);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Losses of one position: n outputs p and as many targets t. */
export const rowLosses = {
  categoricalHinge: (p: readonly number[], t: readonly number[]) =>
    Math.max(1 + Math.max(...p.map((each, i) => (1 - t[i]!) * each)) - sum(p.map((each, i) => each * t[i]!)), 0),
  cosineSimilarity: (p: readonly number[], t: readonly number[], sign: number) =>
    (sign * sum(p.map((each, i) => each * t[i]!))) / (Math.hypot(...p) * Math.hypot(...t)),
  categoricalFocalCrossentropy: (
    p: readonly number[],
    t: readonly number[],
    smoothing: number,
    alpha: number,
    gamma: number,
  ) =>
    sum(
      p.map((each, i) => {
        const q = clip(each / sum(p), EPSILON, 1 - EPSILON);
        return -(t[i]! * (1 - smoothing) + smoothing / p.length) * alpha * (1 - q) ** gamma * Math.log(q);
      }),
    ),
};

/** 1 - I / (I + alpha (T - I) + beta (P - I) + epsilon) of some outputs and their targets. */
export function overlap(
  p: readonly number[],
  t: readonly number[],
  alpha: number,
  beta: number,
  epsilon: number,
): number {
  const both = sum(p.map((each, i) => each * t[i]!));
  return 1 - both / (both + alpha * (sum([...t]) - both) + beta * (sum([...p]) - both) + epsilon);
}
