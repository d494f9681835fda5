import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { softmaxBackward, softmaxForward } from "../reference/activation.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function forward(samples: number, x: ArrayLike<number>, rows: number, n: number) {
  return compute((arena) => {
    const y = arena.output(samples * rows * n);
    arena.call("softmaxForward", samples, y, arena.input(x), rows, n);
    return { y };
  });
}

function backward(samples: number, dy: ArrayLike<number>, y: ArrayLike<number>, rows: number, n: number) {
  return compute((arena) => {
    const dx = arena.output(samples * rows * n);
    arena.call("softmaxBackward", samples, dx, arena.input(dy), arena.input(y), rows, n);
    return { dx };
  });
}

/** The same values `factor` times as far from 0, still exact in f32. */
function scaled({ shape, data }: Tensor, factor: number): Tensor {
  return tensor(
    shape,
    data.map((value) => Math.fround(value * factor)),
  );
}

describe("softmax", () => {
  const classes = [1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 33];

  it.each(classes)("is close to the reference for %i classes, both passes", (n) => {
    const source = random(n);
    for (const [samples, rows] of [
      [0, 1],
      [1, 1],
      [2, 3],
      [5, 1],
    ] as const) {
      const x = scaled(source.tensor([samples * rows, n]), 6);
      const y = softmaxForward(x);
      expectClose(forward(samples, x.data, rows, n).y, y.data, tolerances.kernel, "y");
      const dy = source.tensor([samples * rows, n]);
      const dx = softmaxBackward({ dy, y });
      expectClose(backward(samples, dy.data, y.data, rows, n).dx, dx.data, tolerances.kernel, "dx");
    }
  });

  it("does not overflow or fade for large inputs", () => {
    const rows = [1e4, 0, -1e4, 1e4, 1e4, 9999, -1e4, -1e4, -1e4, 3.4e38, 3.4e38, -3.4e38, 80, -20, 0];
    const x = scaled(tensor([5, 3], rows), 1);
    expectClose(forward(5, x.data, 1, 3).y, softmaxForward(x).data, tolerances.kernel);
  });

  it("gives a class at -Infinity nothing, in any place", () => {
    const n = 5;
    for (let c = 0; c < n; c++) {
      const x = random(c).tensor([1, n]);
      x.data[c] = -Infinity;
      const { y } = forward(1, x.data, 1, n);
      expect(y[c]).toBe(0);
      expectClose(y, softmaxForward(x).data, tolerances.kernel);
    }
  });

  it("gives equal classes equal shares, exactly, and sums to 1", () => {
    expectEqual(forward(1, [-3, -3, -3, -3, -3, -3, -3, -3], 1, 8).y, new Array(8).fill(1 / 8));
    const { y } = forward(1, random(22).tensor([33]).data, 1, 33);
    expectClose([y.reduce((sum, value) => sum + value, 0)], [1], tolerances.kernel);
  });

  it.each([Number.NaN, Infinity])("makes a row with a %f all NaN, and no other row", (value) => {
    for (let c = 0; c < 5; c++) {
      const x = random(c).tensor([3, 5]);
      x.data[5 + c] = value;
      expectClose(forward(3, x.data, 1, 5).y, softmaxForward(x).data, tolerances.kernel);
    }
  });

  it("makes a row of -Infinity all NaN", () => {
    expect([...forward(1, [-Infinity, -Infinity], 1, 2).y]).toEqual([Number.NaN, Number.NaN]);
  });

  it("passes NaN in dy on to its row only", () => {
    const y = softmaxForward(random(23).tensor([3, 5]));
    const dy = random(24).tensor([3, 5]);
    dy.data[7] = Number.NaN;
    expectClose(backward(3, dy.data, y.data, 1, 5).dx, softmaxBackward({ dy, y }).data, tolerances.kernel);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const source = random(25);
    const x = source.tensor([5, 2, 7]);
    const dy = source.tensor([5, 2, 7]);
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => forward(samples, x!, 2, 7));
    expectSamplesApart(5, [dy.data, softmaxForward(x).data], (samples, ...[dy, y]: Numbers[]) =>
      backward(samples, dy!, y!, 2, 7),
    );
  });
});
