import { at, sumLanes } from "../lib/simd";

/** slot = 0, `count` elements. (Filling a view of shared memory from JavaScript takes three times as long.) */
export function reduceClear(slot: usize, count: i32): void {
  memory.fill(slot, 0, (<usize>count) << 2);
}

/** to = from, `count` elements that do not overlap. (From JavaScript copying within shared memory takes longer too.) */
export function reduceCopy(to: usize, from: usize, count: i32): void {
  memory.copy(to, from, (<usize>count) << 2);
}

/**
 * Sums the gradient slots in order into the first one: g[i] = ((s0[i] + s1[i]) + s2[i]) + ...; begin and end are elements
 * (multiples of 4), `stride` is bytes from slot to slot.
 * finite[0] becomes 0, or NaN where any sum is not finite: the coordinator asks before it lets the weights change.
 */
export function reduceSlots(begin: i32, end: i32, slots: usize, stride: usize, count: i32, finite: usize): void {
  let check = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const g = at(slots, i);
    let sum = v128.load(g);
    let p = g;
    for (let s = 1; s < count; ++s) {
      p += stride;
      sum = f32x4.add(sum, v128.load(p));
    }
    v128.store(g, sum);
    check = f32x4.add(check, f32x4.mul(sum, f32x4.splat(0)));
  }
  store<f32>(finite, sumLanes(check));
}
