import { at, storeLanes } from "../lib/simd";

/** y = x: bytes 0 .. 255 at face value to f32; `size` elements a sample. Data has no gradient. */
export function convertU8(samples: i32, y: usize, x: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const v = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(x + <usize>i)));
    storeLanes(at(y, i), f32x4.convert_i32x4_u(v), count - i);
  }
}
