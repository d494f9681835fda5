import { describe, expect, it } from "vitest";
import { type CenterDigitOptions, centerDigit, loadMnist, type Pixels } from "wasm-cnn";

/** A sheet of paper with rectangles of ink: [top, left, height, width, value]. */
function sheet(height: number, width: number, ...marks: [number, number, number, number, number][]): Pixels {
  const data = new Uint8Array(height * width);
  for (const [top, left, rows, columns, value] of marks) {
    for (let y = top; y < top + rows; y++) data.fill(value, y * width + left, y * width + left + columns);
  }
  return { data, width, height };
}

/** The rows of the result that have ink, and the columns. */
function extent(source: Pixels, options?: CenterDigitOptions): { rows: [number, number]; columns: [number, number] } {
  const { data } = centerDigit(source, options);
  const inked = [...data.keys()].filter((i) => data[i]! > 0);
  const rows = inked.map((i) => Math.floor(i / 28));
  const columns = inked.map((i) => i % 28);
  return { rows: [Math.min(...rows), Math.max(...rows)], columns: [Math.min(...columns), Math.max(...columns)] };
}

describe("centerDigit", () => {
  it("gives MNIST's images back to the bit when they are enlarged and put elsewhere", async () => {
    const { data } = (await loadMnist()).testImages;
    for (let n = 0; n < 400; n++) {
      const image = data.subarray(n * 784, (n + 1) * 784);
      const factor = 2 + (n % 3);
      const side = 28 * factor;
      const [top, left, height, width] = [n % 7, n % 11, side + 9, side + 30];
      const large = new Uint8Array(height * width);
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          large[(top + y) * width + left + x] = image[28 * Math.floor(y / factor) + Math.floor(x / factor)]!;
        }
      }
      expect(centerDigit({ data: large, width, height }), `image ${n}`).toEqual({ data: image, shape: [1, 28, 28, 1] });
    }
  });

  it("scales the longer side to 20, up or down, and keeps the proportions", () => {
    expect(extent(sheet(90, 90, [10, 40, 80, 40, 255]))).toEqual({ rows: [4, 23], columns: [9, 18] });
    expect(extent(sheet(9, 9, [1, 1, 2, 5, 255]))).toEqual({ rows: [10, 17], columns: [4, 23] });
    expect(extent(sheet(9, 9, [4, 4, 1, 1, 1]))).toEqual({ rows: [4, 23], columns: [4, 23] });
    expect(extent(sheet(200, 9, [0, 4, 200, 1, 255]))).toEqual({ rows: [4, 23], columns: [14, 14] });
  });

  it("places the centre of mass in pixel 14, but nothing over the edge", () => {
    // An L: 20 x 4 and 4 x 16 more. Its mass lies at 10 + 32 / 9 rows and 2 + 40 / 9 columns of its box.
    const { rows, columns } = extent(sheet(40, 40, [3, 5, 20, 4, 255], [19, 9, 4, 16, 255]));
    expect([rows[0], columns[0]]).toEqual([Math.ceil(14 - 10 - 32 / 9), Math.ceil(14 - 2 - 40 / 9)]);
    // Nearly all of the mass at one end would ask for more room than there is.
    expect(extent(sheet(20, 20, [0, 0, 20, 4, 255], [9, 4, 1, 16, 1])).columns).toEqual([8, 27]);
    expect(extent(sheet(20, 20, [0, 16, 20, 4, 255], [9, 0, 1, 16, 1])).columns).toEqual([0, 19]);
  });

  it("takes dark ink on light paper, and what is transparent as the background", () => {
    const light = sheet(30, 50, [4, 6, 18, 9, 200]);
    const dark = { ...light, data: light.data.map((value) => 255 - value) };
    expect(centerDigit(dark, { invert: true })).toEqual(centerDigit(light));
    const transparent = { ...light, data: new Uint8ClampedArray(30 * 50 * 4) };
    for (const [i, value] of light.data.entries()) transparent.data[4 * i + 3] = value;
    expect(centerDigit(transparent, { invert: true, background: 255 })).toEqual(centerDigit(light));
    expect(dark.data[0]).toBe(255);
  });

  it("gives zeros for paper alone, and for what is too faint at this size", () => {
    const blank = { data: new Uint8Array(784), shape: [1, 28, 28, 1] };
    expect(centerDigit(sheet(5, 8))).toEqual(blank);
    expect(centerDigit(sheet(400, 400, [0, 0, 1, 1, 1], [399, 399, 1, 1, 1]))).toEqual(blank);
  });

  it("refuses what fromPixels refuses, and other options", () => {
    expect(() => centerDigit({ data: new Uint8Array(3), width: 2, height: 1 })).toThrow(RangeError);
    expect(() => centerDigit(sheet(1, 1), { size: 3 } as never)).toThrow(
      /centerDigit: expected options among background/,
    );
    expect(() => centerDigit(sheet(1, 1), { invert: 1 } as never)).toThrow(
      /centerDigit.invert: expected true or false/,
    );
    expect(() => centerDigit({} as never)).toThrow(/^centerDigit: expected ImageData/);
    expect(() => centerDigit(sheet(1, 1), { background: 300 })).toThrow(/^centerDigit.background/);
  });
});
