// Where the patches of a convolution lie in its input, NHWC.

/** Byte offset in x of the patch of output position p, counted over all samples. */
// @ts-ignore: decorator
@inline
export function patch(
  p: u32, outHeight: u32, outWidth: u32, height: u32, pitch: u32, rowStep: u32, columnStep: u32,
): usize {
  const row = p / outWidth;
  const sample = row / outHeight;
  return <usize>((sample * height) * pitch + (row - sample * outHeight) * rowStep + (p - row * outWidth) * columnStep);
}
