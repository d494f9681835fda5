// Random numbers of a sample: sixteen words, or more, of its own (see random.ts).

import { sixteenWords } from "./random";
import { at } from "./simd";
import { firstSample, iterations, seedHigh, seedLow } from "./step";

/** words[0..16) = sixteen of the words of sample n of the shard, from block `block` of its `blocks` on */
export function sampleWords(
  words: usize, step: usize, n: i32, blocks: i32, block: i32, purpose: u32, position: u32,
): void {
  const first = <u32>(firstSample(step) + n) * <u32>blocks + <u32>block;
  sixteenWords(words, first, purpose, position, <u32>iterations(step), seedLow(step), seedHigh(step));
}

/** The upper 24 bits of a word as a number in [0, 1). */
// @ts-ignore: decorator
@inline
export function unit(words: usize, index: i32): f32 {
  return <f32>(load<u32>(at(words, index)) >> 8) * <f32>(1.0 / 16777216.0);
}

/** A number from `low` to `high`. */
// @ts-ignore: decorator
@inline
export function uniform(words: usize, index: i32, low: f32, high: f32): f32 {
  return low + unit(words, index) * (high - low);
}
