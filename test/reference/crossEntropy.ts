import { softmaxForward } from "./activation.js";
import { dimensions2, type Tensor, tensor } from "./tensor.js";

/** Keras' epsilon(): probabilities are clipped to [1e-7, 1 - 1e-7]. */
const EPSILON = 1e-7;

/** The unweighted loss of each sample (n), and the loss of the batch: sum of weight * loss, divided by n. */
export interface Loss {
  readonly losses: Tensor;
  readonly loss: number;
}

/**
 * Softmax and categorical cross-entropy in one: p = softmax(z); dz = (p - t) * weights[n] / n;
 * losses[n] = sum over c of t[n,c] * (logsumexp(z[n]) - z[n,c]), which is logsumexp(z) - sum(t * z) where sum(t) = 1.
 * z and t are (n, classes), weights (n) default to ones.
 */
export function softmaxCategoricalCrossentropy({ z, t, weights }: { z: Tensor; t: Tensor; weights?: Tensor }): Loss & {
  readonly p: Tensor;
  readonly dz: Tensor;
} {
  const [samples, classes] = dimensions2(z);
  const p = softmaxForward(z);
  const losses = tensor([samples]);
  const dz = tensor(z.shape);
  for (let n = 0; n < samples; n++) {
    const row = z.data.subarray(n * classes, (n + 1) * classes);
    const max = Math.max(...row);
    const logSumExp = max + Math.log(row.reduce((sum, value) => sum + Math.exp(value - max), 0));
    for (let c = 0; c < classes; c++) {
      const i = n * classes + c;
      losses.data[n]! += t.data[i]! * (logSumExp - z.data[i]!);
      dz.data[i] = ((p.data[i]! - t.data[i]!) * weightOf(weights, n)) / samples;
    }
  }
  return { losses, loss: weightedMean(losses, weights), p, dz };
}

/**
 * Categorical cross-entropy of probabilities: q = p / sum(p), losses[n] = -sum(t * log(clip(q, 1e-7, 1 - 1e-7)));
 * dq = -t / q * weights[n] / n, zero where q was clipped; dp = (dq - sum(dq * q)) / sum(p), all sums over the classes.
 * p and t are (n, classes), weights (n) default to ones.
 */
export function categoricalCrossentropy({ p, t, weights }: { p: Tensor; t: Tensor; weights?: Tensor }): Loss & {
  readonly dp: Tensor;
} {
  const [samples, classes] = dimensions2(p);
  const losses = tensor([samples]);
  const dp = tensor(p.shape);
  for (let n = 0; n < samples; n++) {
    const row = p.data.subarray(n * classes, (n + 1) * classes);
    const labels = t.data.subarray(n * classes, (n + 1) * classes);
    const sum = row.reduce((total, value) => total + value, 0);
    const q = row.map((value) => value / sum);
    const clipped = q.map((value) => Math.min(Math.max(value, EPSILON), 1 - EPSILON));
    const dq = q.map((value, c) =>
      value === clipped[c] ? ((-labels[c]! / value) * weightOf(weights, n)) / samples : 0,
    );
    const dot = dq.reduce((total, value, c) => total + value * q[c]!, 0);
    losses.data[n] = clipped.reduce((total, value, c) => total - labels[c]! * Math.log(value), 0);
    dp.data.set(
      dq.map((value) => (value - dot) / sum),
      n * classes,
    );
  }
  return { losses, loss: weightedMean(losses, weights), dp };
}

function weightOf(weights: Tensor | undefined, n: number): number {
  return weights ? weights.data[n]! : 1;
}

function weightedMean(losses: Tensor, weights: Tensor | undefined): number {
  return losses.data.reduce((sum, loss, n) => sum + loss * weightOf(weights, n), 0) / losses.data.length;
}
