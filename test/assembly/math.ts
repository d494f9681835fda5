// Test-only: the functions of assembly/lib/math.ts by themselves, over `count` numbers (a multiple of 4).

import { erf4, exp4, expm1Negative4, log1p4, log4, normalCdf4, normalQuantile4, sigmoid4, softplus4, tanh4 } from "../../assembly/lib/math";
import { at } from "../../assembly/lib/simd";

/** y = e^x */
export function mathExp(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), exp4(v128.load(at(x, i))));
}

/** y = ln x */
export function mathLog(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), log4(v128.load(at(x, i))));
}

/** y = ln(1 + x), 0 <= x <= 1 */
export function mathLog1p(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), log1p4(v128.load(at(x, i))));
}

/** y = e^x - 1, x <= 0 */
export function mathExpm1(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), expm1Negative4(v128.load(at(x, i))));
}

/** y = ln(1 + e^x) */
export function mathSoftplus(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), softplus4(v128.load(at(x, i))));
}

/** y = 1 / (1 + e^-x) */
export function mathSigmoid(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), sigmoid4(v128.load(at(x, i))));
}

/** y = tanh x */
export function mathTanh(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), tanh4(v128.load(at(x, i))));
}

/** y = erf x */
export function mathErf(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), erf4(v128.load(at(x, i))));
}

/** y = (1 + erf(x / sqrt 2)) / 2 */
export function mathNormalCdf(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), normalCdf4(v128.load(at(x, i))));
}

/** y = what a normal number exceeds in size with probability x */
export function mathNormalQuantile(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) v128.store(at(y, i), normalQuantile4(v128.load(at(x, i))));
}
