import { checkInteger, checkOptions, checkPair, show } from "../base/check.js";
import { type PixelSource, readPixels } from "./pixels.js";
import { type Raster, resample } from "./resample.js";

/** One image, ready for `predict`: bytes, shape (1, height, width, channels). */
export interface ImageTensor {
  data: Uint8Array;
  shape: [samples: 1, height: number, width: number, channels: number];
}

/** Options of `fromPixels`. */
export interface FromPixelsOptions {
  /** One integer or [height, width]. Default: as the source. Proportions are not kept: crop first where they matter. */
  size?: number | readonly [height: number, width: number] | undefined;
  /** 1: grey, 3: red, green, blue, 4: with alpha. Default 3. */
  channels?: 1 | 3 | 4 | undefined;
  /** What shows through where the source is transparent, 0 to 255: one integer or [red, green, blue]. Default 0, black. */
  background?: number | readonly [red: number, green: number, blue: number] | undefined;
}

type Color = readonly [red: number, green: number, blue: number];

/** Of the result: no image has longer sides, and more numbers take gigabytes on the way. */
const MOST_SIDE = 2 ** 16;
const MOST_NUMBERS = 2 ** 28;

/** Red, green and blue in a grey of 1000: luma after ITU-R BT.601. */
const LUMA = [299, 587, 114] as const;

/**
 * An image as bytes for `predict`, 0 to 255 (let the model begin with `rescaling`).
 *
 * The same ImageData or bytes give the same result in every engine, to the bit. For each number of the output there is one
 * fraction of integers, which is rounded once, halves up:
 * - Every pixel is laid over the background: (alpha * colour + (255 - alpha) * background) / 255.
 * - Grey is (299 red + 587 green + 114 blue) / 1000.
 * - Along an axis that shrinks, an output pixel is the mean over the stretch it covers; along one that grows, the line between
 *   the two nearest pixels, by their centres (area averaging and bilinear: see resample.ts).
 * - With 4 channels there is no background: the mean colour is weighted by alpha, and black where all alpha is 0.
 *
 * Up to 4,096 pixels a side, of the source and of the result, these integers are exact; beyond, they are doubles summed in a
 * fixed order.
 *
 * Values are not changed otherwise: neither gamma nor colour profile. What a browser draws itself (a canvas, an <img>, an
 * ImageBitmap) it turns to sRGB; how it decodes and draws may differ from browser to browser.
 *
 * @param source `ImageData`, `{ data, width, height }` with 4, 3 or 1 bytes a pixel; in a browser also a canvas, an
 *   `OffscreenCanvas`, an `ImageBitmap` or an `<img>` that is loaded.
 * @throws TypeError if the source is none of these or an option is unknown or of the wrong kind.
 * @throws RangeError if the source has no pixels or not as many bytes as its size wants, or if an option is out of range; also for a result
 *   of more than 65,536 pixels a side or 2^28 numbers.
 * @throws Error if an `<img>` is not loaded yet, or if the page may not read what it shows (CORS).
 */
export function fromPixels(source: PixelSource, options: FromPixelsOptions = {}): ImageTensor {
  checkOptions("fromPixels", options, ["size", "channels", "background"]);
  return readImage("fromPixels", source, options);
}

/** `fromPixels` with the word its errors begin with. */
export function readImage(where: string, source: PixelSource, options: FromPixelsOptions): ImageTensor {
  const { channels = 3, background = 0 } = options;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`${where}.channels: expected 1, 3 or 4, got ${show(channels)}`);
  }
  const color = checkColor(`${where}.background`, background);
  const size = options.size === undefined ? undefined : checkPair(`${where}.size`, options.size);
  const pixels = readPixels(where, source);
  const [height, width] = size ?? [pixels.height, pixels.width];
  if (Math.max(height, width) > MOST_SIDE || height * width * channels > MOST_NUMBERS) {
    const got = `${height} x ${width} pixels of ${channels}`;
    throw new RangeError(`${where}.size: expected at most ${MOST_SIDE} pixels a side and 2^28 numbers, got ${got}`);
  }
  const raster: Raster = { ...pixels, channels, row: rowsOf(pixels, channels, color) };
  const { sums, total } = resample(raster, height, width);
  const data = new Uint8Array(sums.length);
  if (channels === 4) {
    for (let i = 0; i < data.length; i += 4) {
      const alpha = sums[i + 3]!;
      if (alpha > 0) for (let c = 0; c < 3; c++) data[i + c] = rounded(sums[i + c]!, alpha);
      data[i + 3] = rounded(alpha, total);
    }
  } else {
    const unit = channels === 1 ? 255 * 1000 : 255;
    for (let i = 0; i < data.length; i++) data[i] = rounded(sums[i]!, unit * total);
  }
  return { data, shape: [1, height, width, channels] };
}

/** a / b to the nearest integer, halves up. */
export function rounded(a: number, b: number): number {
  return Math.floor((2 * a + b) / (2 * b));
}

function checkColor(where: string, value: unknown): Color {
  const color = Array.isArray(value) ? value : [value, value, value];
  if (color.length !== 3) throw new RangeError(`${where}: expected one integer or three, got ${show(value)}`);
  return color.map((part) => checkInteger(where, part, 0, 255)) as unknown as Color;
}

/**
 * The rows of an image as integers: red, green and blue times 255, grey times 255 * 1000; with 4 channels red, green and blue
 * times alpha, and alpha.
 */
function rowsOf(
  { data, width, channels: bytes }: ReturnType<typeof readPixels>,
  channels: 1 | 3 | 4,
  background: Color,
): (y: number) => Float64Array {
  const row = new Float64Array(width * channels);
  const [red, green, blue] = channels === 4 ? [0, 0, 0] : background;
  const [g, b] = bytes === 1 ? [0, 0] : [1, 2];
  return (y) => {
    for (let x = 0, at = y * width * bytes; x < width; x++, at += bytes) {
      const alpha = bytes === 4 ? data[at + 3]! : 255;
      const r255 = data[at]! * alpha + red * (255 - alpha);
      const g255 = data[at + g]! * alpha + green * (255 - alpha);
      const b255 = data[at + b]! * alpha + blue * (255 - alpha);
      if (channels === 1) {
        row[x] = LUMA[0] * r255 + LUMA[1] * g255 + LUMA[2] * b255;
        continue;
      }
      row[x * channels] = r255;
      row[x * channels + 1] = g255;
      row[x * channels + 2] = b255;
      if (channels === 4) row[x * channels + 3] = alpha;
    }
    return row;
  };
}
