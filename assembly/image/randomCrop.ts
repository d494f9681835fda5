import { sampleWords, unit } from "../lib/sample";
import { at } from "../lib/simd";

/** The first element of the part of sample n. */
// @ts-ignore: decorator
@inline
function begin(
  words: usize, step: usize, n: i32, purpose: u32, position: u32, height: i32, width: i32, channels: i32,
  outHeight: i32, outWidth: i32,
): i32 {
  sampleWords(words, step, n, 4, 0, purpose, position);
  const rows = height - outHeight, columns = width - outWidth;
  const top = min(<i32>(unit(words, 0) * <f32>(rows + 1)), rows);
  const left = min(<i32>(unit(words, 1) * <f32>(columns + 1)), columns);
  return (top * width + left) * channels;
}

/** y = a part of x, (outHeight, outWidth), for each sample at a place of its own. `words` has room for 16 words. */
export function randomCropForward(
  samples: i32, y: usize, x: usize, words: usize, step: usize, purpose: u32, position: u32,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
): void {
  const row = outWidth * channels;
  for (let n = 0; n < samples; ++n) {
    let from = at(x, begin(words, step, n, purpose, position, height, width, channels, outHeight, outWidth));
    for (let i = 0; i < outHeight; ++i) {
      memory.copy(y, from, (<usize>row) << 2);
      y = at(y, row);
      from = at(from, width * channels);
    }
    x = at(x, height * width * channels);
  }
}

/** dx = dy at that place, 0 around it */
export function randomCropBackward(
  samples: i32, dx: usize, dy: usize, words: usize, step: usize, purpose: u32, position: u32,
  height: i32, width: i32, channels: i32, outHeight: i32, outWidth: i32,
): void {
  const row = outWidth * channels;
  memory.fill(dx, 0, (<usize>(samples * height * width * channels)) << 2);
  for (let n = 0; n < samples; ++n) {
    let to = at(dx, begin(words, step, n, purpose, position, height, width, channels, outHeight, outWidth));
    for (let i = 0; i < outHeight; ++i) {
      memory.copy(to, dy, (<usize>row) << 2);
      dy = at(dy, row);
      to = at(to, width * channels);
    }
    dx = at(dx, height * width * channels);
  }
}
