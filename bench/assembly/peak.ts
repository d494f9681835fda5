// The machine's own limit for what the kernels do: 13 independent chains of multiply, then add, all in registers. In two forms,
// as no one form reaches it on every machine. Unrolled four times, the loop costs nothing; but V8 puts the four rounds of one
// chain one behind the other, so that a CPU must look over a hundred instructions ahead to find the other chains (AMD Zen can't: 25
// of the 40 GFLOP/s that native code reaches). Not unrolled, it finds them all (39 of 40), but pays for the loop.
// The constants come from memory: as literals, V8 13 and newer makes them again for every use, and the loop is three times
// slower.

/** `rounds` (a multiple of 4) times 13 multiplies and 13 adds on four floats; returns a number that depends on all of them. */
export function peakUnrolled(rounds: i32, constants: usize): f32 {
  const c = v128.load(constants), d = v128.load(constants, 16);
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0;
  let a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0, a12 = a0;
  for (let i = 0; i < rounds; i += 4) {
    a0 = f32x4.add(f32x4.mul(a0, c), d);
    a1 = f32x4.add(f32x4.mul(a1, c), d);
    a2 = f32x4.add(f32x4.mul(a2, c), d);
    a3 = f32x4.add(f32x4.mul(a3, c), d);
    a4 = f32x4.add(f32x4.mul(a4, c), d);
    a5 = f32x4.add(f32x4.mul(a5, c), d);
    a6 = f32x4.add(f32x4.mul(a6, c), d);
    a7 = f32x4.add(f32x4.mul(a7, c), d);
    a8 = f32x4.add(f32x4.mul(a8, c), d);
    a9 = f32x4.add(f32x4.mul(a9, c), d);
    a10 = f32x4.add(f32x4.mul(a10, c), d);
    a11 = f32x4.add(f32x4.mul(a11, c), d);
    a12 = f32x4.add(f32x4.mul(a12, c), d);
    a0 = f32x4.add(f32x4.mul(a0, c), d);
    a1 = f32x4.add(f32x4.mul(a1, c), d);
    a2 = f32x4.add(f32x4.mul(a2, c), d);
    a3 = f32x4.add(f32x4.mul(a3, c), d);
    a4 = f32x4.add(f32x4.mul(a4, c), d);
    a5 = f32x4.add(f32x4.mul(a5, c), d);
    a6 = f32x4.add(f32x4.mul(a6, c), d);
    a7 = f32x4.add(f32x4.mul(a7, c), d);
    a8 = f32x4.add(f32x4.mul(a8, c), d);
    a9 = f32x4.add(f32x4.mul(a9, c), d);
    a10 = f32x4.add(f32x4.mul(a10, c), d);
    a11 = f32x4.add(f32x4.mul(a11, c), d);
    a12 = f32x4.add(f32x4.mul(a12, c), d);
    a0 = f32x4.add(f32x4.mul(a0, c), d);
    a1 = f32x4.add(f32x4.mul(a1, c), d);
    a2 = f32x4.add(f32x4.mul(a2, c), d);
    a3 = f32x4.add(f32x4.mul(a3, c), d);
    a4 = f32x4.add(f32x4.mul(a4, c), d);
    a5 = f32x4.add(f32x4.mul(a5, c), d);
    a6 = f32x4.add(f32x4.mul(a6, c), d);
    a7 = f32x4.add(f32x4.mul(a7, c), d);
    a8 = f32x4.add(f32x4.mul(a8, c), d);
    a9 = f32x4.add(f32x4.mul(a9, c), d);
    a10 = f32x4.add(f32x4.mul(a10, c), d);
    a11 = f32x4.add(f32x4.mul(a11, c), d);
    a12 = f32x4.add(f32x4.mul(a12, c), d);
    a0 = f32x4.add(f32x4.mul(a0, c), d);
    a1 = f32x4.add(f32x4.mul(a1, c), d);
    a2 = f32x4.add(f32x4.mul(a2, c), d);
    a3 = f32x4.add(f32x4.mul(a3, c), d);
    a4 = f32x4.add(f32x4.mul(a4, c), d);
    a5 = f32x4.add(f32x4.mul(a5, c), d);
    a6 = f32x4.add(f32x4.mul(a6, c), d);
    a7 = f32x4.add(f32x4.mul(a7, c), d);
    a8 = f32x4.add(f32x4.mul(a8, c), d);
    a9 = f32x4.add(f32x4.mul(a9, c), d);
    a10 = f32x4.add(f32x4.mul(a10, c), d);
    a11 = f32x4.add(f32x4.mul(a11, c), d);
    a12 = f32x4.add(f32x4.mul(a12, c), d);
  }
  return sum(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
}

/** The same, one round a turn of the loop. */
export function peakLoop(rounds: i32, constants: usize): f32 {
  const c = v128.load(constants), d = v128.load(constants, 16);
  let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0;
  let a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0, a12 = a0;
  for (let i = 0; i < rounds; ++i) {
    a0 = f32x4.add(f32x4.mul(a0, c), d);
    a1 = f32x4.add(f32x4.mul(a1, c), d);
    a2 = f32x4.add(f32x4.mul(a2, c), d);
    a3 = f32x4.add(f32x4.mul(a3, c), d);
    a4 = f32x4.add(f32x4.mul(a4, c), d);
    a5 = f32x4.add(f32x4.mul(a5, c), d);
    a6 = f32x4.add(f32x4.mul(a6, c), d);
    a7 = f32x4.add(f32x4.mul(a7, c), d);
    a8 = f32x4.add(f32x4.mul(a8, c), d);
    a9 = f32x4.add(f32x4.mul(a9, c), d);
    a10 = f32x4.add(f32x4.mul(a10, c), d);
    a11 = f32x4.add(f32x4.mul(a11, c), d);
    a12 = f32x4.add(f32x4.mul(a12, c), d);
  }
  return sum(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
}

// @ts-ignore: decorator
@inline
function sum(
  a0: v128, a1: v128, a2: v128, a3: v128, a4: v128, a5: v128, a6: v128,
  a7: v128, a8: v128, a9: v128, a10: v128, a11: v128, a12: v128,
): f32 {
  const s0 = f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3));
  const s1 = f32x4.add(f32x4.add(a4, a5), f32x4.add(a6, a7));
  const s2 = f32x4.add(f32x4.add(a8, a9), f32x4.add(a10, a11));
  const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, a12));
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(s, 3);
}

/** Copies `bytes` (a multiple of 64) in vectors: what memory, or the cache that holds it, lets through. */
export function copyLoop(to: usize, from: usize, bytes: i32): void {
  const end = to + <usize>bytes;
  while (to < end) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    v128.store(to, a);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
    to += 64;
    from += 64;
  }
}
