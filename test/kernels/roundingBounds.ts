import type { Tensor } from "../reference/tensor.js";
import { transforms4, winogradBackwardKernelMagnitude, winogradMagnitude } from "../reference/winograd.js";

/**
 * How far rounding can take each output of winogradForward, without a bias, from the exact one. An addend is rounded
 * k = channels + 10 times at most: twice in B' d B, four times in G g G' (halving is exact), once as a product,
 * channels - 1 times in the sum over the channels and four times in A' m A. So with u = 2^-24 the error is at most
 * k u / (1 - k u) of the magnitude, the same sums over positive numbers. Where all |x| are alike, and all |w|, that is 64/9
 * of sum |x| |w|; but a large number counts for all outputs that see it, also where their kernels have a zero for it.
 * What underflows loses 2^-150 more: each product, and what the halvings in G g G' pass on to it (2.5 times that,
 * multiplied by at most 4 max |x|).
 */
export function roundingBounds(x: Tensor, w: Tensor): Float64Array {
  const channels = x.shape[3]!;
  const roundings = (channels + 10) * 2 ** -24;
  const largest = x.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const underflow = 9 * channels * (1 + 10 * largest) * 2 ** -150;
  return winogradMagnitude(x, w).data.map((value) => (roundings / (1 - roundings)) * value + underflow);
}

/**
 * The same for winograd4Forward. Its transforms multiply too, by numbers that are exact but for those of G: an addend is rounded eight
 * times at most in B' d B, twelve in G g G' with its constants, eight in A' m A. What underflows in a transform is multiplied by
 * the others: by at most 100 for each number of the magnitude of 1, and 1000 for one of max |x|.
 */
export function roundingBounds4(x: Tensor, w: Tensor): Float64Array {
  const channels = x.shape[3]!;
  const roundings = (channels + 28) * 2 ** -24;
  const largest = x.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const underflow = 36 * channels * (100 + 1000 * largest) * 2 ** -150;
  return winogradMagnitude(x, w, transforms4).data.map((value) => (roundings / (1 - roundings)) * value + underflow);
}

/**
 * How far rounding can take each element of winogradBackwardKernelAdd, added to zeros, from the exact one. An addend is
 * rounded at most twice in B' d B, twice in A dy A', once as a product, once in each sum over `tiles` and over their blocks, and
 * four times in G' m G. What underflows loses 2^-150 more: each product, of which four times as much reaches an element, and
 * the halvings.
 */
export function backwardKernelRoundingBounds(x: Tensor, dy: Tensor, tiles: number): Float64Array {
  const roundings = (tiles + Math.ceil(tiles / 48) + 9) * 2 ** -24;
  const underflow = (4 * tiles + 16) * 2 ** -150;
  const { data } = winogradBackwardKernelMagnitude(x, dy);
  return data.map((value) => (roundings / (1 - roundings)) * value + underflow);
}
