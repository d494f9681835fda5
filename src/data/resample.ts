/** An image as numbers, read row by row. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Row y: width * channels numbers. May be the same array each time. */
  row(y: number): Float64Array;
}

/** What an output cell sees of its axis: some input cells in a row, with weights. */
interface Window {
  readonly begin: number;
  readonly weights: readonly number[];
}

/** The windows of all output cells of an axis. Their weights are integers; those of each window add up to `total`. */
interface Axis {
  readonly windows: readonly Window[];
  readonly total: number;
}

/**
 * Another number of rows and columns. Along an axis that shrinks, an output cell is the mean over the stretch that it covers
 * (area averaging: a cell that is covered in part counts in part); along one that grows, the line between the two input
 * cells whose centres lie on either side of its own, the outermost ones going on (bilinear, with centres at half a cell).
 *
 * @returns Sums (height, width, channels), to be divided by `total`. All weights are integers: of integers the sums are
 *   exact as long as they stay below 2^53, so that nothing but that division rounds.
 */
export function resample(raster: Raster, height: number, width: number): { sums: Float64Array; total: number } {
  const vertical = axisOf(raster.height, height);
  const horizontal = axisOf(raster.width, width);
  const size = width * raster.channels;
  const sums = new Float64Array(height * size);
  /** Rows of the raster that the window needs, their columns resampled. */
  const rows = new Map<number, Float64Array>();
  for (const [i, { begin, weights }] of vertical.windows.entries()) {
    for (const y of rows.keys()) if (y < begin) rows.delete(y);
    const out = sums.subarray(i * size, (i + 1) * size);
    for (const [k, weight] of weights.entries()) {
      const y = begin + k;
      const row = rows.get(y) ?? resampleRow(raster.row(y), raster.channels, horizontal);
      rows.set(y, row);
      for (let j = 0; j < size; j++) out[j]! += weight * row[j]!;
    }
  }
  return { sums, total: vertical.total * horizontal.total };
}

function resampleRow(row: Float64Array, channels: number, { windows }: Axis): Float64Array {
  const out = new Float64Array(windows.length * channels);
  for (let j = 0; j < windows.length; j++) {
    const { begin, weights } = windows[j]!;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * row[(begin + k) * channels + c]!;
      out[j * channels + c] = sum;
    }
  }
  return out;
}

function axisOf(input: number, output: number): Axis {
  const indices = Array.from({ length: output }, (_, i) => i);
  return output <= input
    ? { windows: indices.map((i) => areaWindow(input, output, i)), total: input }
    : { windows: indices.map((i) => lineWindow(input, output, i)), total: 2 * output };
}

/** On a ruler on which an input cell is `output` long, an output cell is `input` long. */
function areaWindow(input: number, output: number, i: number): Window {
  const [from, to] = [i * input, (i + 1) * input];
  const begin = Math.floor(from / output);
  const weights: number[] = [];
  for (let at = begin * output; at < to; at += output) {
    weights.push(Math.min(at + output, to) - Math.max(at, from));
  }
  return { begin, weights };
}

/** On a ruler on which an input cell is `2 * output` long, the centre of the first at 0. */
function lineWindow(input: number, output: number, i: number): Window {
  const step = 2 * output;
  const centre = Math.min(Math.max((2 * i + 1) * input - output, 0), (input - 1) * step);
  const begin = Math.floor(centre / step);
  const beyond = centre - begin * step;
  return { begin, weights: beyond === 0 ? [step] : [step - beyond, beyond] };
}
