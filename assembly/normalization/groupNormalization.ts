// Normalisation over groups of channels of each sample. Rows are (k, channels), one a sample; the data itself only goes through the
// kernels of channel.ts. gamma, beta, dgamma and dbeta may be null.

import { at } from "../lib/simd";

/**
 * From the moments of each channel (channelMoments): statistics[n] = (mean, 1 / sqrt(variance + epsilon)) of the channel's group,
 * and coefficients[n] = (scale, shift) with y = scale x + shift.
 */
export function groupNormalizationForward(
  samples: i32, coefficients: usize, statistics: usize, moments: usize, gamma: usize, beta: usize,
  positions: i32, channels: i32, groups: i32, epsilon: f32,
): void {
  const size = channels / groups;
  for (let n = 0; n < samples; ++n) {
    for (let begin = 0; begin < channels; begin += size) {
      let sum: f32 = 0, within: f32 = 0, between: f32 = 0;
      for (let c = begin; c < begin + size; ++c) sum += load<f32>(at(moments, c));
      const mean = sum / <f32>size;
      for (let c = begin; c < begin + size; ++c) {
        const delta = load<f32>(at(moments, c)) - mean;
        between += delta * delta;
        within += load<f32>(at(moments, channels + c));
      }
      const variance = (within + between * <f32>positions) / (<f32>size * <f32>positions);
      const inverse = <f32>1 / sqrt<f32>(variance + epsilon);
      for (let c = begin; c < begin + size; ++c) {
        const scale = (gamma ? load<f32>(at(gamma, c)) : <f32>1) * inverse;
        store<f32>(at(statistics, c), mean);
        store<f32>(at(statistics, channels + c), inverse);
        store<f32>(at(coefficients, c), scale);
        store<f32>(at(coefficients, channels + c), (beta ? load<f32>(at(beta, c)) : <f32>0) - mean * scale);
      }
    }
    moments = at(moments, channels << 1);
    statistics = at(statistics, channels << 1);
    coefficients = at(coefficients, channels << 1);
  }
}

/** What channelBackward takes for dx, (a, b, d) a sample, from the sums of each channel (channelSums). */
export function groupNormalizationBackward(
  samples: i32, coefficients: usize, sums: usize, statistics: usize, gamma: usize,
  positions: i32, channels: i32, groups: i32,
): void {
  const size = channels / groups;
  const count = <f32>size * <f32>positions;
  for (let n = 0; n < samples; ++n) {
    for (let begin = 0; begin < channels; begin += size) {
      let ofDy: f32 = 0, ofProducts: f32 = 0;
      for (let c = begin; c < begin + size; ++c) {
        const factor = gamma ? load<f32>(at(gamma, c)) : <f32>1;
        ofDy += factor * load<f32>(at(sums, c));
        ofProducts += factor * load<f32>(at(sums, channels + c));
      }
      const mean = load<f32>(at(statistics, begin)), inverse = load<f32>(at(statistics, channels + begin));
      const b = -(inverse * inverse * inverse) * (ofProducts / count);
      const d = -(inverse * (ofDy / count)) - b * mean;
      for (let c = begin; c < begin + size; ++c) {
        store<f32>(at(coefficients, c), inverse * (gamma ? load<f32>(at(gamma, c)) : <f32>1));
        store<f32>(at(coefficients, channels + c), b);
        store<f32>(at(coefficients, 2 * channels + c), d);
      }
    }
    sums = at(sums, channels << 1);
    statistics = at(statistics, channels << 1);
    coefficients = at(coefficients, 3 * channels);
  }
}

/** dgamma[c] += sum over n of sums[n,1,c] statistics[n,1,c]; dbeta[c] += sum over n of sums[n,0,c] */
export function groupNormalizationBackwardAffineAdd(
  samples: i32, dgamma: usize, dbeta: usize, sums: usize, statistics: usize, channels: i32,
): void {
  for (let n = 0; n < samples; ++n) {
    for (let c = 0; c < channels; ++c) {
      if (dbeta) store<f32>(at(dbeta, c), load<f32>(at(dbeta, c)) + load<f32>(at(sums, c)));
      if (dgamma) {
        const product = load<f32>(at(sums, channels + c)) * load<f32>(at(statistics, channels + c));
        store<f32>(at(dgamma, c), load<f32>(at(dgamma, c)) + product);
      }
    }
    sums = at(sums, channels << 1);
    statistics = at(statistics, channels << 1);
  }
}
