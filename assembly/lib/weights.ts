import { at } from "./simd";

/** What row r counts: `each` rows in turn have one weight, and where `weights` is null all have 1. */
// @ts-ignore: decorator
@inline
export function weightOf(weights: usize, r: i32, each: i32): f32 {
  return weights ? load<f32>(at(weights, r / each)) : 1;
}
