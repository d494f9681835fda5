import { checkBoolean, checkOptions } from "../base/check.js";
import { type FromPixelsOptions, type ImageTensor, readImage, rounded } from "./fromPixels.js";
import type { PixelSource } from "./pixels.js";
import { resample } from "./resample.js";

/** Options of `centerDigit`. */
export interface CenterDigitOptions extends Pick<FromPixelsOptions, "background"> {
  /** True for dark ink on light paper: white counts as paper, black as ink. Default false, as in MNIST. */
  invert?: boolean | undefined;
}

/** Sides of MNIST's images, and of the box within that the digit fills. */
const FIELD = 28;
const BOX = 20;

/**
 * A drawn digit as MNIST has its digits: scaled to fill a box of 20 x 20, its proportions kept, and placed in 28 x 28 so that
 * its centre of mass lies in pixel (14, 14), but never over the edge. (Of MNIST's own test images, enlarged and put elsewhere,
 * it gives back every one to the bit, but for three whose boxes are smaller.)
 *
 * Grey and scaled as by `fromPixels`. Every pixel that is not paper to the last bit belongs to the digit; a photo has to be
 * cleaned of its background first. An image of paper alone gives zeros.
 *
 * @param source as for `fromPixels`
 * @returns bytes, shape (1, 28, 28, 1)
 * @throws as fromPixels
 */
export function centerDigit(source: PixelSource, options: CenterDigitOptions = {}): ImageTensor {
  checkOptions("centerDigit", options, ["background", "invert"]);
  const { background, invert = false } = options;
  checkBoolean("centerDigit.invert", invert);
  const { data: ink, shape } = readImage("centerDigit", source, { channels: 1, background });
  const [, height, width] = shape;
  if (invert) for (let i = 0; i < ink.length; i++) ink[i] = 255 - ink[i]!;

  const out: ImageTensor = { data: new Uint8Array(FIELD * FIELD), shape: [1, FIELD, FIELD, 1] };
  const box = boxOf(ink, height, width);
  if (!box) return out;
  const { top, left } = box;
  const longest = Math.max(box.height, box.width);
  const [rows, columns] = [box.height, box.width].map((side) => Math.max(1, rounded(side * BOX, longest)));
  const row = (y: number) =>
    new Float64Array(ink.subarray((top + y) * width + left, (top + y) * width + left + box.width));
  const { sums, total } = resample({ ...box, channels: 1, row }, rows!, columns!);
  const digit = Uint8Array.from(sums, (sum) => rounded(sum, total));

  let [mass, vertical, horizontal] = [0, 0, 0];
  for (const [i, value] of digit.entries()) {
    mass += value;
    vertical += value * (2 * Math.floor(i / columns!) + 1);
    horizontal += value * (2 * (i % columns!) + 1);
  }
  // The faintest strokes are gone at this size.
  if (mass === 0) return out;
  // The centre of mass is moment / (2 * mass), the middle of the field 14. Rounding up is what MNIST's makers did.
  const offset = (moment: number, side: number) =>
    Math.min(Math.max(Math.ceil((FIELD * mass - moment) / (2 * mass)), 0), FIELD - side);
  const [y0, x0] = [offset(vertical, rows!), offset(horizontal, columns!)];
  for (let y = 0; y < rows!; y++) {
    out.data.set(digit.subarray(y * columns!, (y + 1) * columns!), (y0 + y) * FIELD + x0);
  }
  return out;
}

/** The smallest box around all that is not 0. */
function boxOf(ink: Uint8Array, height: number, width: number) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] === 0) continue;
      if (top > y) top = y;
      bottom = y;
      if (left > x) left = x;
      if (right < x) right = x;
    }
  }
  return bottom < 0 ? undefined : { top, left, height: bottom - top + 1, width: right - left + 1 };
}
