import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { dot, finiteDifference } from "../reference/finiteDifference.js";
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

type Sizes = readonly [xOuter: number, xInner: number, yOuter: number, yInner: number, k: number];

/** z[(a,b),(c,d)] = sum over j of x[a,j,b] y[c,j,d], sample by sample */
function contracted(samples: number, x: Tensor, y: Tensor, [xOuter, xInner, yOuter, yInner, k]: Sizes): Tensor {
  const z = tensor([samples, xOuter, xInner, yOuter, yInner]);
  for (let i = 0; i < z.data.length; i++) {
    const d = i % yInner;
    const c = Math.floor(i / yInner) % yOuter;
    const b = Math.floor(i / (yInner * yOuter)) % xInner;
    const na = Math.floor(i / (yInner * yOuter * xInner));
    const nc = Math.floor(na / xOuter) * yOuter + c;
    for (let j = 0; j < k; j++) {
      z.data[i]! += x.data[(na * k + j) * xInner + b]! * y.data[(nc * k + j) * yInner + d]!;
    }
  }
  return z;
}

describe("dot", () => {
  it.each<Sizes>([
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 7],
    [3, 1, 2, 1, 5],
    [1, 3, 1, 5, 4],
    [2, 3, 1, 4, 3],
    [2, 1, 3, 9, 5],
  ])("is the reference's for outer and inner (%i, %i), (%i, %i), %i terms, all passes", (...layout) => {
    const [xOuter, xInner, yOuter, yInner, k] = layout;
    for (const samples of [0, 1, 3]) {
      const x = source.tensor([samples * xOuter * k * xInner]);
      const y = source.tensor([samples * yOuter * k * yInner]);
      const z = contracted(samples, x, y, layout);
      const dz = source.tensor(z.shape);
      const actual = compute((arena) => {
        const [result, dx, dy] = [
          arena.output(z.data.length),
          arena.output(x.data.length),
          arena.output(y.data.length),
        ];
        const [first, second, upstream] = [arena.input(x.data), arena.input(y.data), arena.input(dz.data)];
        arena.call("dotForward", samples, result, first, second, ...layout);
        arena.call("dotBackward", samples, dx, upstream, second, ...layout);
        arena.call("dotBackwardSecond", samples, dy, upstream, first, ...layout);
        return { z: result, dx, dy };
      });
      expectClose(actual.z, z.data, tolerances.activation, "z");
      const dx = finiteDifference((moved) => dot(contracted(samples, moved, y, layout), dz), x);
      const dy = finiteDifference((moved) => dot(contracted(samples, x, moved, layout), dz), y);
      expectClose(actual.dx, dx.data, tolerances.activation, "dx");
      expectClose(actual.dy, dy.data, tolerances.activation, "dy");
    }
  });
});
