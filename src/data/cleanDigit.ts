import { checkBoolean, checkOptions } from "../base/check.js";
import { fromPixels } from "./fromPixels.js";
import type { Pixels } from "./pixels.js";

/** Photos are looked at in this size: more detail than a digit needs. */
const LONGEST = 256;
/** Ink differs from the paper around it by at least this share of the image's contrast. */
const LEAST_INK = 0.25;
/** Fainter ink than this, of 255, is noise of a blank page: then there is none. */
const FAINTEST = 24;
/** Spots smaller than this share of the largest one are dirt. */
const LEAST_SPOT = 0.08;

/** Options of `cleanDigit`. */
export interface CleanDigitOptions {
  /** Turns round what was found out about ink and paper. Default false. */
  invert?: boolean | undefined;
}

/**
 * A drawn or photographed digit as light ink on black paper, in grey: what `centerDigit` takes. Paper is what most of the edge shows, so
 * dark ink on white is turned round; where the paper is not all alike (a photo), its brightness is estimated around each pixel, and what
 * hardly differs from it and small spots become paper. On a blank page all is paper.
 * @param image grey, RGB or RGBA bytes with their size
 * @returns grey bytes, one a pixel; the longer side has at most 256 pixels
 * @throws as `fromPixels`; TypeError for wrong options
 */
export function cleanDigit(image: Pixels, options: CleanDigitOptions = {}): Pixels {
  checkOptions("cleanDigit", options, ["invert"]);
  const invert = checkBoolean("cleanDigit.invert", options.invert ?? false);
  const shrink = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const [height, width] = [image.height, image.width].map((side) => Math.max(1, Math.round(side * shrink))) as [
    number,
    number,
  ];
  const { data: grey } = fromPixels(image, { size: [height, width], channels: 1, background: 255 });
  const edge = edgeOf(grey, width, height);
  const paper = edge[edge.length >> 1]!;
  if (paper > 127 !== invert) for (let i = 0; i < grey.length; i++) grey[i] = 255 - grey[i]!;
  const flat = edge.every((value) => value === paper);
  if (flat) {
    const level = paper > 127 !== invert ? 255 - paper : paper;
    const ink = grey.map((value) => Math.max(0, value - level));
    return { data: ink.some((value) => value >= FAINTEST) ? ink : ink.fill(0), width, height };
  }
  const ink = inkOf(grey, width, height);
  removeSpots(ink, width, height);
  return { data: ink, width, height };
}

/** The pixels along the edge, in order of brightness. */
function edgeOf(grey: Uint8Array, width: number, height: number): number[] {
  const values: number[] = [];
  for (let x = 0; x < width; x++) values.push(grey[x]!, grey[(height - 1) * width + x]!);
  for (let y = 0; y < height; y++) values.push(grey[y * width]!, grey[y * width + width - 1]!);
  return values.sort((a, b) => a - b);
}

/** How far each pixel lies above the paper, stretched to 0 .. 255. The paper is the dark half of what is around it. */
function inkOf(grey: Uint8Array, width: number, height: number): Uint8Array {
  const reach = Math.max(2, Math.round(Math.max(width, height) / 8));
  const lowest = boxMean(localMinimum(grey, width, height, reach), width, height, reach);
  const above = Float64Array.from(grey, (value, i) => Math.max(0, value - lowest[i]!));
  const sorted = above.slice().sort();
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  // A small digit in a large photo may be fewer pixels than one in 200.
  if (quantile(0.999) < FAINTEST) return new Uint8Array(grey.length);
  // The brightest few pixels may be reflections; strokes are a little fainter than their darkest point.
  const most = 0.8 * quantile(0.995);
  const least = LEAST_INK * most;
  return Uint8Array.from(above, (value) =>
    value <= least ? 0 : Math.min(255, (255 * (value - least)) / (most - least || 1)),
  );
}

/** The least value within `reach` in each direction: along rows, then along columns. */
function localMinimum(values: ArrayLike<number>, width: number, height: number, reach: number): Float64Array {
  const least = (length: number, read: (i: number) => number, i: number) => {
    let value = read(i);
    for (let j = Math.max(0, i - reach); j <= Math.min(length - 1, i + reach); j++) value = Math.min(value, read(j));
    return value;
  };
  const rows = new Float64Array(width * height);
  for (let i = 0; i < rows.length; i++) {
    const begin = i - (i % width);
    rows[i] = least(width, (x) => values[begin + x]!, i % width);
  }
  return rows.map((_, i) => least(height, (y) => rows[y * width + (i % width)]!, Math.floor(i / width)));
}

/** The mean within `reach` in each direction. */
function boxMean(values: Float64Array, width: number, height: number, reach: number): Float64Array {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  return values.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    const at = (row: number, column: number) => sums[row * (width + 1) + column]!;
    return (at(bottom, right) - at(top, right) - at(bottom, left) + at(top, left)) / ((right - left) * (bottom - top));
  });
}

/** Sets connected spots to 0 whose ink is a small part of the largest one's. */
function removeSpots(ink: Uint8Array, width: number, height: number): void {
  const seen = new Uint8Array(ink.length);
  const spots: { pixels: number[]; mass: number }[] = [];
  for (let start = 0; start < ink.length; start++) {
    if (seen[start] || ink[start] === 0) continue;
    const pixels = [start];
    seen[start] = 1;
    let mass = 0;
    for (const i of pixels) {
      mass += ink[i]!;
      const [x, y] = [i % width, Math.floor(i / width)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] || ink[next] === 0) continue;
          seen[next] = 1;
          pixels.push(next);
        }
      }
    }
    spots.push({ pixels, mass });
  }
  const largest = Math.max(0, ...spots.map(({ mass }) => mass));
  for (const { pixels, mass } of spots) if (mass < LEAST_SPOT * largest) for (const i of pixels) ink[i] = 0;
}
