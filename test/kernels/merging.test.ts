import { describe, expect, it } from "vitest";
import { productScratch } from "../../src/layers/base/scratch.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

const source = random(31);
const sizes = [1, 3, 4, 5, 8, 11];

describe.each([
  ["subtractForward", (a: number, b: number) => Math.fround(a - b)],
  ["maximumForward", Math.max],
  ["minimumForward", Math.min],
] as const)("%s", (kernel, f) => {
  const forward = (samples: number, a: ArrayLike<number>, b: ArrayLike<number>, size: number) =>
    compute((arena) => {
      const y = arena.output(samples * size);
      arena.call(kernel, samples, y, arena.input(a), arena.input(b), size);
      return { y };
    });

  it.each(sizes)("is exact for %i elements a sample", (size) => {
    for (const samples of [0, 1, 3]) {
      const [a, b] = [source.tensor([samples * size]).data, source.tensor([samples * size]).data];
      expectEqual(
        forward(samples, a, b, size).y,
        a.map((value, i) => f(value, b[i]!)),
      );
    }
  });

  it("passes NaN on from either side", () => {
    const { y } = forward(1, [Number.NaN, 1, 2], [1, Number.NaN, 2], 3);
    expect([...y]).toEqual([Number.NaN, Number.NaN, f(2, 2)]);
  });

  it("gives a sample the same bits at any place", () => {
    const inputs = [source.tensor([35]).data, source.tensor([35]).data];
    expectSamplesApart(5, inputs, (samples, ...[a, b]: Numbers[]) => forward(samples, a!, b!, 7));
  });
});

describe.each([
  ["maximumBackward", (a: number, b: number) => a >= b],
  ["minimumBackward", (a: number, b: number) => a <= b],
] as const)("%s", (kernel, isFirst) => {
  it.each(sizes)("gives dy to the one, to the first of equal ones: %i elements a sample", (size) => {
    for (const samples of [0, 1, 3]) {
      const round = ({ data }: Tensor) => data.map((value) => Math.round(2 * value));
      const [a, b] = [round(source.tensor([samples * size])), round(source.tensor([samples * size]))];
      const dy = source.tensor([samples * size]).data;
      const { da, db } = compute((arena) => {
        const [da, db] = [arena.output(samples * size), arena.output(samples * size)];
        arena.call(kernel, samples, da, db, arena.input(dy), arena.input(a), arena.input(b), size);
        return { da, db };
      });
      expectEqual(
        da,
        dy.map((value, i) => (isFirst(a[i]!, b[i]!) ? value : 0)),
        "da",
      );
      expectEqual(
        db,
        dy.map((value, i) => (isFirst(a[i]!, b[i]!) ? 0 : value)),
        "db",
      );
    }
  });
});

describe("concatenate", () => {
  it.each([
    [1, [1]],
    [3, [2, 5]],
    [2, [4, 8, 3]],
    [1, [13, 1, 9]],
  ])("puts rows side by side and takes them apart: %i rows of %j", (rows, parts) => {
    const stride = parts.reduce((sum, columns) => sum + columns, 0);
    for (const samples of [0, 1, 3]) {
      const xs = parts.map((columns) => source.tensor([samples * rows, columns]).data);
      const y = new Float64Array(samples * rows * stride);
      let offset = 0;
      for (const [p, columns] of parts.entries()) {
        for (const [i, value] of xs[p]!.entries()) y[Math.floor(i / columns) * stride + offset + (i % columns)] = value;
        offset += columns;
      }
      const together = compute((arena) => {
        const result = arena.output(y.length);
        let offset = 0;
        for (const [p, columns] of parts.entries()) {
          arena.call("concatenateForward", samples, result, arena.input(xs[p]!), rows, columns, stride, offset);
          offset += columns;
        }
        return { y: result };
      });
      expectEqual(together.y, y, "y");
      offset = 0;
      for (const [p, columns] of parts.entries()) {
        const begin = offset;
        const { dx } = compute((arena) => {
          const dx = arena.output(xs[p]!.length);
          arena.call("concatenateBackward", samples, dx, arena.input(y), rows, columns, stride, begin);
          return { dx };
        });
        expectEqual(dx, xs[p]!, `dx of part ${p}`);
        offset += columns;
      }
    }
  });
});

/** Of each sample: a matrix (rows, columns), or the same one (columns, rows). */
function turned({ data }: Tensor, rows: number, columns: number): Float64Array {
  return data.map((_, i) => {
    const [sample, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / rows) % columns, i % rows];
    return data[sample * rows * columns + column * columns + row]!;
  });
}

describe("dotProduct", () => {
  it.each([
    [1, 1, 1],
    [1, 7, 1],
    [3, 5, 2],
    [4, 1, 8],
    [5, 4, 9],
    [7, 3, 17],
    [8, 9, 7],
    [10, 6, 24],
  ])("is the product of (%i, %i) and (%i columns), each as it lies or transposed", (m, k, n) => {
    for (const samples of [0, 1, 3]) {
      const x = source.tensor([samples, m, k]);
      const y = source.tensor([samples, k, n]);
      const z = tensor([samples, m, n]);
      for (let i = 0; i < z.data.length; i++) {
        const [sample, row, column] = [Math.floor(i / (m * n)), Math.floor(i / n) % m, i % n];
        for (let j = 0; j < k; j++) {
          z.data[i]! += x.data[(sample * m + row) * k + j]! * y.data[(sample * k + j) * n + column]!;
        }
      }
      for (const [isTurnedX, isTurnedY] of [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ] as const) {
        const actual = compute((arena) => {
          const result = arena.output(samples * m * n);
          const first = arena.input(isTurnedX ? turned(x, m, k) : x.data);
          const second = arena.input(isTurnedY ? turned(y, k, n) : y.data);
          const scratch = arena.output(8 * Math.ceil(n / 8) * k + productScratch(k));
          arena.call("dotProduct", samples, result, first, second, scratch, m, k, n, isTurnedX, isTurnedY);
          return { z: result };
        });
        expectClose(actual.z, z.data, tolerances.kernelSum, `z, turned: ${isTurnedX} ${isTurnedY}`);
      }
    }
  });

  it("gives a sample the same bits at any place", () => {
    const inputs = [source.tensor([5 * 6 * 3]).data, source.tensor([5 * 3 * 9]).data];
    expectSamplesApart(5, inputs, (samples, ...[x, y]: Numbers[]) =>
      compute((arena) => {
        const z = arena.output(samples * 6 * 9);
        const scratch = arena.output(16 * 3 + productScratch(3));
        arena.call("dotProduct", samples, z, arena.input(x!), arena.input(y!), scratch, 6, 3, 9, 0, 0);
        return { z };
      }),
    );
  });
});
