// Normalisation over the batch. What the shards have to tell each other are rows of sums, one for each sample; behind a
// barrier every shard adds up the rows of the whole batch, in the order of the samples.
// Shapes: x (samples, positions, channels), rows (samples, channels), the rest (channels).

import { at } from "../../assembly/lib/simd";
import { batchSamples } from "../../assembly/lib/step";

/** sums[n,c] = sum over p of x[n,p,c] */
export function batchNormSums(samples: i32, sums: usize, x: usize, positions: i32, channels: i32): void {
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; ++c) {
      let sum: f32 = 0;
      for (let p = 0; p < positions; ++p) sum += load<f32>(at(x, (n * positions + p) * channels + c));
      store<f32>(at(sums, n * channels + c), sum);
    }
  }
}

/** squares[n,c] = sum over p of (x[n,p,c] - mean[c])^2 */
export function batchNormSquares(
  samples: i32, squares: usize, x: usize, mean: usize, positions: i32, channels: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; ++c) {
      let sum: f32 = 0;
      for (let p = 0; p < positions; ++p) {
        const d = load<f32>(at(x, (n * positions + p) * channels + c)) - load<f32>(at(mean, c));
        sum += d * d;
      }
      store<f32>(at(squares, n * channels + c), sum);
    }
  }
}

/** means[c] = sum of the batch's rows[n,c] / (samples of the batch * positions), whatever shard asks */
export function batchNormMeans(
  _samples: i32, means: usize, rows: usize, step: usize, positions: i32, channels: i32,
): void {
  for (let c = 0; c < channels; ++c) store<f32>(at(means, c), meanOf(rows, step, positions, channels, c));
}

function meanOf(rows: usize, step: usize, positions: i32, channels: i32, c: i32): f32 {
  const samples = batchSamples(step);
  let sum: f32 = 0;
  for (let n = 0; n < samples; ++n) sum += load<f32>(at(rows, n * channels + c));
  return sum / <f32>(samples * positions);
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta */
export function batchNormForward(
  samples: i32, y: usize, x: usize, mean: usize, variance: usize, gamma: usize, beta: usize,
  positions: i32, channels: i32, epsilon: f32,
): void {
  for (let r = 0; r < samples * positions; ++r) {
    for (let c = 0; c < channels; ++c) {
      const i = r * channels + c;
      const scaled = load<f32>(at(gamma, c)) * standardised(at(x, i), at(mean, c), at(variance, c), epsilon);
      store<f32>(at(y, i), scaled + load<f32>(at(beta, c)));
    }
  }
}

// @ts-ignore: decorator
@inline
function standardised(x: usize, mean: usize, variance: usize, epsilon: f32): f32 {
  return (load<f32>(x) - load<f32>(mean)) / sqrt<f32>(load<f32>(variance) + epsilon);
}

/** products[n,c] = sum over p of dy[n,p,c] xhat[n,p,c], xhat = (x - mean) / sqrt(variance + epsilon) */
export function batchNormProducts(
  samples: i32, products: usize, dy: usize, x: usize, mean: usize, variance: usize,
  positions: i32, channels: i32, epsilon: f32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; ++c) {
      let sum: f32 = 0;
      for (let p = 0; p < positions; ++p) {
        const i = (n * positions + p) * channels + c;
        sum += load<f32>(at(dy, i)) * standardised(at(x, i), at(mean, c), at(variance, c), epsilon);
      }
      store<f32>(at(products, n * channels + c), sum);
    }
  }
}

/** dx = gamma / sqrt(variance + epsilon) (dy - mean of dy - xhat * mean of dy xhat) */
export function batchNormBackward(
  samples: i32, dx: usize, dy: usize, x: usize, mean: usize, variance: usize, gamma: usize,
  meanOfDy: usize, meanOfProducts: usize, positions: i32, channels: i32, epsilon: f32,
): void {
  for (let r = 0; r < samples * positions; ++r) {
    for (let c = 0; c < channels; ++c) {
      const i = r * channels + c;
      const xhat = standardised(at(x, i), at(mean, c), at(variance, c), epsilon);
      const centred = load<f32>(at(dy, i)) - load<f32>(at(meanOfDy, c)) - xhat * load<f32>(at(meanOfProducts, c));
      store<f32>(at(dx, i), (load<f32>(at(gamma, c)) / sqrt<f32>(load<f32>(at(variance, c)) + epsilon)) * centred);
    }
  }
}

/** moving = momentum moving + (1 - momentum) mean, the mean being that of batchNormMeans */
export function batchNormMoving(
  moving: usize, rows: usize, step: usize, positions: i32, channels: i32, momentum: f32,
): void {
  for (let c = 0; c < channels; ++c) {
    const mean = meanOf(rows, step, positions, channels, c);
    store<f32>(at(moving, c), momentum * load<f32>(at(moving, c)) + (<f32>1 - momentum) * mean);
  }
}
