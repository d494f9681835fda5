import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { finiteDifference } from "../reference/finiteDifference.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual, expectSamplesApart, type Kernels, type Numbers } from "./harness.js";

const source = random(41);
const sizes = [1, 3, 4, 7, 8, 9, 19];
const positive = (count: number) =>
  Float32Array.from(source.distinct([count]).data, (value) => 5 * Math.abs(value) + 0.1);
const any = (count: number) => Float32Array.from(source.distinct([count]).data, (value) => 7.5 * value + 1e-3);

interface Function1 {
  readonly kernel: string;
  readonly attributes?: readonly number[];
  readonly numbers: (count: number) => Float32Array;
  readonly f: (x: number) => number;
  readonly slope: (x: number) => number;
}

const power = (exponent: number, numbers = positive): Function1 => ({
  kernel: "power",
  attributes: [exponent],
  numbers,
  f: (x) => x ** exponent,
  slope: (x) => exponent * x ** (exponent - 1),
});
const functions: readonly Function1[] = [
  { kernel: "absolute", numbers: any, f: Math.abs, slope: Math.sign },
  { kernel: "logarithm", numbers: positive, f: Math.log, slope: (x) => 1 / x },
  {
    kernel: "limit",
    attributes: [-1.5, 2],
    numbers: any,
    f: (x) => Math.min(Math.max(x, -1.5), 2),
    slope: (x) => Number(x >= -1.5 && x <= 2),
  },
  ...[0, 1, 2, 3, 5, -1, -2].map((exponent) => power(exponent, any)),
  ...[0.5, -0.5, 1.5, 2.5, 0.3, -1.7].map((exponent) => power(exponent)),
];

describe.each(functions.map((one) => [`${one.kernel} ${one.attributes ?? ""}`, one] as const))("%s", (_, one) => {
  const { kernel, attributes = [], numbers, f, slope } = one;
  const forward = (samples: number, x: ArrayLike<number>, size: number) =>
    compute((arena) => {
      const y = arena.output(samples * size);
      arena.call(`${kernel}Forward` as keyof Kernels, ...([samples, y, arena.input(x), size, ...attributes] as never));
      return { y };
    });

  it("the reference's slope is the derivative", () => {
    const x = tensor([30], numbers(30));
    const difference = x.data.map((value) => finiteDifference((at) => f(at.data[0]!), tensor([1], [value])).data[0]!);
    expectClose(x.data.map(slope), difference, tolerances.finiteDifference);
  });

  it.each(sizes)("is the reference's for %i elements a sample, both passes", (size) => {
    for (const samples of [0, 1, 3]) {
      const x = numbers(samples * size);
      const dy = source.tensor([samples * size]).data;
      expectClose(forward(samples, x, size).y, Array.from(x, f), tolerances.activation, "y");
      const { dx } = compute((arena) => {
        const dx = arena.output(samples * size);
        const inputs = [arena.input(dy), arena.input(x)];
        arena.call(`${kernel}Backward` as keyof Kernels, ...([samples, dx, ...inputs, size, ...attributes] as never));
        return { dx };
      });
      const expected = Array.from(x, (value, i) => dy[i]! * slope(value));
      expectClose(dx, expected, tolerances.activation, "dx");
    }
  });

  it("gives a sample the same bits at any place", () => {
    expectSamplesApart(5, [numbers(35)], (samples, ...[x]: Numbers[]) => forward(samples, x!, 7));
  });
});

describe("power", () => {
  it("has no numbers below 0 but for whole exponents, and none of ln at 0", () => {
    const run = (exponent: number, x: readonly number[]) =>
      compute((arena) => {
        const y = arena.output(x.length);
        arena.call("powerForward", 1, y, arena.input(x), x.length, exponent);
        return { y };
      }).y;
    expect([...run(0.5, [-1, 0, 4])]).toEqual([Number.NaN, 0, 2]);
    expect([...run(0.3, [-1, 0, 1])]).toEqual([Number.NaN, 0, 1]);
    expect([...run(3, [-2, 0, 2])]).toEqual([-8, 0, 8]);
    expect([...run(-1, [-2, 0])]).toEqual([-0.5, Number.POSITIVE_INFINITY]);
  });
});

describe("divide", () => {
  it.each(sizes)("is a / b with both gradients for %i elements a sample", (size) => {
    for (const samples of [0, 1, 3]) {
      const [a, b, dy] = [any(samples * size), positive(samples * size), source.tensor([samples * size]).data];
      const { y } = compute((arena) => {
        const y = arena.output(samples * size);
        arena.call("divideForward", samples, y, arena.input(a), arena.input(b), size);
        return { y };
      });
      expectEqual(
        y,
        Array.from(a, (value, i) => Math.fround(value / b[i]!)),
      );
      const { da, db } = compute((arena) => {
        const [da, db] = [arena.output(samples * size), arena.output(samples * size)];
        arena.call("divideBackward", samples, da, db, arena.input(dy), arena.input(a), arena.input(b), size);
        return { da, db };
      });
      expectClose(
        da,
        Array.from(b, (value, i) => dy[i]! / value),
        tolerances.activation,
        "da",
      );
      expectClose(
        db,
        Array.from(b, (value, i) => (-dy[i]! * a[i]!) / value ** 2),
        tolerances.activation,
        "db",
      );
    }
  });
});

const layouts = [
  [1, 1, 1],
  [1, 7, 1],
  [3, 4, 1],
  [2, 9, 5],
  [1, 3, 8],
  [2, 5, 3],
] as const;

describe.each([
  ["the greatest", 1],
  ["the least", -1],
] as const)("extreme: %s", (_, sign) => {
  it.each(layouts)("is the reference's for (%i, %i, %i), equals share", (outer, n, inner) => {
    for (const samples of [0, 1, 3]) {
      const rows = samples * outer * inner;
      const x = source.tensor([rows * n]).data.map((value) => Math.round(2 * value));
      const dy = source.tensor([rows]).data;
      const index = (o: number, k: number, i: number) => (o * n + k) * inner + i;
      const y = new Float64Array(rows);
      const dx = new Float64Array(rows * n);
      for (let o = 0; o < samples * outer; o++) {
        for (let i = 0; i < inner; i++) {
          const all = Array.from({ length: n }, (_, k) => x[index(o, k, i)]!);
          const most = sign * Math.max(...all.map((value) => sign * value));
          y[o * inner + i] = most;
          const share = dy[o * inner + i]! / all.filter((value) => value === most).length;
          for (const [k, value] of all.entries()) if (value === most) dx[index(o, k, i)] = share;
        }
      }
      const run = compute((arena) => {
        const [given, result, gradient] = [arena.input(x), arena.output(rows), arena.output(rows * n)];
        arena.call("extremeForward", samples, result, given, outer, n, inner, sign);
        arena.call("extremeBackward", samples, gradient, arena.input(dy), given, result, outer, n, inner);
        return { y: result, dx: gradient };
      });
      expectEqual(run.y, y, "y");
      expectClose(run.dx, dx, tolerances.activation, "dx");
    }
  });

  it("is NaN where one is", () => {
    for (const inner of [1, 2]) {
      const x = new Float32Array(6 * inner).fill(1);
      x[2 * inner] = Number.NaN;
      const { y } = compute((arena) => {
        const y = arena.output(inner);
        arena.call("extremeForward", 1, y, arena.input(x), 1, 6, inner, sign);
        return { y };
      });
      expect([...y]).toEqual([Number.NaN, 1].slice(0, inner));
    }
  });
});

describe("slice", () => {
  it.each([
    [1, 1, 1, 0, 1, 1],
    [2, 5, 1, 1, 2, 2],
    [1, 6, 3, 5, -2, 3],
    [3, 4, 8, 1, 1, 2],
    [2, 7, 5, 6, -1, 7],
  ])(
    "takes of (%i, %i, %i) from %i in steps of %i, %i, and gives gradients back",
    (outer, size, inner, begin, step, count) => {
      for (const samples of [0, 1, 3]) {
        const rows = samples * outer;
        const x = source.tensor([rows * size * inner]).data;
        const dy = source.tensor([rows * count * inner]).data;
        const y = new Float64Array(dy.length);
        const dx = new Float64Array(x.length);
        for (let at = 0; at < y.length; at++) {
          const [o, k, i] = [Math.floor(at / (count * inner)), Math.floor(at / inner) % count, at % inner];
          const from = (o * size + begin + k * step) * inner + i;
          y[at] = x[from]!;
          dx[from] = dy[at]!;
        }
        const layout = [outer, size, inner, begin, step, count] as const;
        const run = compute((arena) => {
          const [result, gradient] = [arena.output(y.length), arena.output(x.length)];
          arena.call("sliceForward", samples, result, arena.input(x), ...layout);
          arena.call("sliceBackward", samples, gradient, arena.input(dy), ...layout);
          return { y: result, dx: gradient };
        });
        expectEqual(run.y, y, "y");
        expectEqual(run.dx, dx, "dx");
      }
    },
  );
});

describe("layerScale", () => {
  it.each([
    [1, 1],
    [3, 4],
    [2, 7],
    [5, 8],
    [1, 19],
  ])("multiplies %i rows of %i, and sums up the gradient of the factors", (rows, n) => {
    for (const samples of [0, 1, 3]) {
      const count = samples * rows * n;
      const [x, dy] = [source.tensor([count]).data, source.tensor([count]).data];
      const [gamma, before] = [source.tensor([n]).data, source.tensor([n]).data];
      const run = compute((arena) => {
        const [y, dgamma] = [arena.output(count), arena.inout(before)];
        arena.call("layerScaleForward", samples, y, arena.input(x), arena.input(gamma), rows, n);
        arena.call("layerScaleBackwardGammaAdd", samples, dgamma, arena.input(dy), arena.input(x), rows, n);
        return { y, dgamma };
      });
      expectEqual(
        run.y,
        Array.from(x, (value, i) => Math.fround(value * gamma[i % n]!)),
      );
      const expected = Float64Array.from(before);
      for (const [i, value] of x.entries()) expected[i % n]! += value * dy[i]!;
      expectClose(run.dgamma, expected, tolerances.activation, "dgamma");
    }
  });
});
