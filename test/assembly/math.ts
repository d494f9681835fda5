// Test-only: the functions of assembly/math.ts by themselves, over `count` numbers (a multiple of 4).

import { exp4, log4, normalQuantile4 } from "../../assembly/lib/math";
import { at } from "../../assembly/lib/simd";

/** y = e^x */
export function mathExp(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), exp4(v128.load(at(x, i))));
}

/** y = ln x */
export function mathLog(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), log4(v128.load(at(x, i))));
}

/** y = what a normal number exceeds in size with probability x */
export function mathNormalQuantile(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), normalQuantile4(v128.load(at(x, i))));
}
