// What the JavaScript engine offers, asked of it with the smallest module that needs it.

// (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))
const simdModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

// (module (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat i8x16.relaxed_swizzle))
const relaxedSimdModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
];

/** Whether there are 128-bit vectors, which all kernels need. */
export function hasSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(simdModule));
}

/** Whether there are the relaxed instructions, which only the relaxed kernels need. */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(new Uint8Array(relaxedSimdModule));
}
