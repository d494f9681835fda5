// An activation: its value and its derivative, four numbers at a time.

// @ts-ignore: decorator
@inline
function value(x: v128): v128 {
  const positive = f32x4.max(x, f32x4.splat(0));
  return f32x4.mul(positive, positive);
}

// @ts-ignore: decorator
@inline
function derivative(x: v128): v128 {
  return f32x4.mul(f32x4.max(x, f32x4.splat(0)), f32x4.splat(2));
}

/** Writes the first `count` of four numbers. What is past a buffer may be read, but not written. */
function storeSome(pointer: usize, numbers: v128, count: i32): void {
  if (count >= 4) {
    v128.store(pointer, numbers);
    return;
  }
  store<f32>(pointer, f32x4.extract_lane(numbers, 0));
  if (count > 1) store<f32>(pointer + 4, f32x4.extract_lane(numbers, 1));
  if (count > 2) store<f32>(pointer + 8, f32x4.extract_lane(numbers, 2));
}

/** y = value(x); `size` numbers a sample */
export function squaredReluForward(samples: i32, y: usize, x: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const offset = <usize>i << 2;
    storeSome(y + offset, value(v128.load(x + offset)), count - i);
  }
}

/** dx = dy * derivative(x) */
export function squaredReluBackward(samples: i32, dx: usize, dy: usize, x: usize, size: i32): void {
  const count = samples * size;
  for (let i = 0; i < count; i += 4) {
    const offset = <usize>i << 2;
    storeSome(dx + offset, f32x4.mul(v128.load(dy + offset), derivative(v128.load(x + offset))), count - i);
  }
}
