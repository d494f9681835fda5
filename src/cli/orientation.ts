import type { Pixels } from "../data/pixels.js";

const ORIENTATION = 0x0112;
const SHORT = 3;

/**
 * How a camera was held, from the Exif data of an image: 1 to 8, after the standard. 1, upright, where they do not say or are
 * damaged: the image is there all the same.
 * @param tiff the data from their byte order on, `II` or `MM`
 */
export function exifOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const little = tiff[0] === 0x49;
  try {
    const directory = view.getUint32(4, little);
    for (let i = 0; i < view.getUint16(directory, little); i++) {
      const entry = directory + 2 + 12 * i;
      if (view.getUint16(entry, little) !== ORIENTATION || view.getUint16(entry + 2, little) !== SHORT) continue;
      const value = view.getUint16(entry + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  } catch (error) {
    // Beyond the end.
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/** An image of 4 bytes a pixel as it is to be seen. @param orientation after Exif, 1 to 8 */
export function upright({ data, width, height }: Pixels, orientation: number): Pixels {
  if (orientation === 1) return { data, width, height };
  const turned = orientation > 4;
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBelow = [3, 4, 6, 7].includes(orientation);
  const [outWidth, outHeight] = turned ? [height, width] : [width, height];
  const from = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  for (let y = 0, i = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++, i++) {
      const [u, v] = turned ? [y, x] : [x, y];
      to[i] = from[(fromBelow ? height - 1 - v : v) * width + (fromRight ? width - 1 - u : u)]!;
    }
  }
  return { data: new Uint8Array(to.buffer), width: outWidth, height: outHeight };
}
