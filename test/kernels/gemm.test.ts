import { describe, expect, it } from "vitest";
import { productScratch } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { denseBackward, denseForward } from "../reference/dense.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { channelCounts, integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { pack, packTransposed } from "./panels.js";

/** a (samples * rows, k), b (k, n), bias (n). */
interface Product {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly bias?: Tensor;
}

function productNN(samples: number, { a, b, bias }: Product) {
  const [k, n] = b.shape as [number, number];
  const m = a.shape[0]!;
  return compute((arena) => {
    const c = arena.output(m * n);
    const panels = pack(arena, b.data, k, n);
    const rows = samples === 0 ? 1 : m / samples;
    const operands = [arena.input(a.data), panels, bias ? arena.input(bias.data) : 0] as const;
    arena.call("gemmNN", samples, c, ...operands, arena.output(productScratch(k)), rows, k, n);
    return { c };
  });
}

/** c + a^T b: a (samples * rows, k), b (samples * rows, n), c (k, n). */
function productTNAdd(samples: number, c: Tensor, a: Tensor, b: Tensor) {
  return compute((arena) => {
    const sum = arena.inout(c.data);
    const rows = samples === 0 ? 1 : a.shape[0]! / samples;
    const [k, n] = c.shape as [number, number];
    arena.call("gemmTNAdd", samples, sum, arena.input(a.data), arena.input(b.data), rows, k, n);
    return { sum };
  });
}

/** The same from the kernel gradient of a dense layer. */
function expectedTNAdd(c: Tensor, a: Tensor, b: Tensor): Float64Array {
  const { dw } = denseBackward({ dy: b, x: a, w: c });
  return c.data.map((value, i) => value + dw.data[i]!);
}

/** Samples and rows: nothing, below, at and above a tile of 4 rows, two tiles and a tail. */
const shards = [
  [0, 1],
  [1, 1],
  [3, 1],
  [2, 1],
  [2, 2],
  [6, 1],
  [5, 1],
  [1, 7],
  [4, 2],
  [3, 3],
] as const;

describe("panelsPack and panelsPackTransposed", () => {
  it.each(channelCounts)("make panels of 8 of %i columns, the last one filled with zeros", (n) => {
    for (const k of [1, 3, 4, 9]) {
      const b = integers(random(n), [k, n], 99).data;
      const panels = new Float32Array(Math.ceil(n / 8) * 8 * k);
      const transposed = new Float32Array(k * n);
      for (let row = 0; row < k; row++) {
        for (let column = 0; column < n; column++) {
          panels[(Math.floor(column / 8) * k + row) * 8 + (column % 8)] = b[row * n + column]!;
          transposed[column * k + row] = b[row * n + column]!;
        }
      }
      expectEqual(compute((arena) => ({ panels: pack(arena, b, k, n) })).panels, panels);
      expectEqual(compute((arena) => ({ panels: packTransposed(arena, transposed, k, n) })).panels, panels);
    }
  });
});

describe("gemmNN", () => {
  it.each(channelCounts)("is exact for integers, %i columns", (n) => {
    const source = random(n);
    for (const k of [1, 2, 3, 4, 5, 8, 17, 64]) {
      for (const [samples, rows] of shards) {
        const a = integers(source, [samples * rows, k]);
        const b = integers(source, [k, n]);
        const bias = integers(source, [n]);
        const what = `${samples} samples of ${rows} rows, k = ${k}`;
        expectEqual(productNN(samples, { a, b, bias }).c, denseForward({ x: a, w: b, b: bias }).data, what);
        if (rows === 1) expectEqual(productNN(samples, { a, b }).c, denseForward({ x: a, w: b }).data, what);
      }
    }
  });

  it.each([
    [3, 576, 64],
    [33, 64, 10],
    [121, 288, 21],
  ])("is close to the reference for %i rows, k = %i, %i columns", (m, k, n) => {
    const source = random(m);
    const a = source.tensor([m, k]);
    const b = source.tensor([k, n]);
    const bias = source.tensor([n]);
    const expected = denseForward({ x: a, w: b, b: bias });
    expectClose(productNN(1, { a, b, bias }).c, expected.data, tolerances.kernelSum);
  });

  it("keeps NaN and infinities in their rows and columns", () => {
    const a = tensor([5, 2], [1, 2, Number.NaN, 2, 3, 4, 5, 6, Infinity, 1]);
    const b = tensor([2, 3], [1, Number.NaN, 1, 1, 1, -Infinity]);
    expectEqual(productNN(5, { a, b }).c, denseForward({ x: a, w: b }).data);
  });

  it("gives a sample the same bits at any place", () => {
    const source = random(7);
    const b = source.tensor([19, 13]);
    const bias = source.tensor([13]);
    for (const rows of [1, 3]) {
      const a = source.tensor([5 * rows, 19]);
      expectSamplesApart(5, [a.data], (samples, ...[a]: Numbers[]) =>
        productNN(samples, { a: tensor([samples * rows, 19], a!), b, bias }),
      );
    }
  });
});

describe("gemmTNAdd", () => {
  it.each(channelCounts)("adds the exact product of integers to what is there, %i columns", (n) => {
    const source = random(n);
    for (const k of [1, 2, 3, 4, 5, 8, 17]) {
      for (const [samples, rows] of shards) {
        const c = integers(source, [k, n]);
        const a = integers(source, [samples * rows, k]);
        const b = integers(source, [samples * rows, n]);
        const what = `${samples} samples of ${rows} rows, k = ${k}`;
        expectEqual(productTNAdd(samples, c, a, b).sum, expectedTNAdd(c, a, b), what);
      }
    }
  });

  it("is close to the reference for 121 rows, k = 37, 21 columns", () => {
    const source = random(8);
    const c = source.tensor([37, 21]);
    const a = source.tensor([121, 37]);
    const b = source.tensor([121, 21]);
    expectClose(productTNAdd(1, c, a, b).sum, expectedTNAdd(c, a, b), tolerances.kernelSum);
  });

  it("keeps NaN and infinities in their rows and columns", () => {
    const c = tensor([2, 3]);
    const a = tensor([2, 2], [1, 1, Number.NaN, 1]);
    const b = tensor([2, 3], [1, Infinity, 1, 1, 1, -1]);
    const { sum } = productTNAdd(2, c, a, b);
    expect([...sum]).toEqual([Number.NaN, Number.NaN, Number.NaN, 2, Infinity, 0]);
  });
});
