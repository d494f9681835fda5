import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { dot, finiteDifference } from "../reference/finiteDifference.js";
import { random } from "../reference/random.js";
import {
  gluAlong,
  l2NormalizeAlong,
  logSoftmaxAlong,
  repeatAlong,
  softmaxAlong,
  sparsemaxAlong,
} from "../reference/rows.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { type Block, compute, expectSamplesApart, type Kernels, type Numbers } from "./harness.js";

type Kernel = keyof Kernels;
type Layout = readonly [outer: number, n: number, inner: number];

interface Case {
  readonly kernel: string;
  readonly forward: (x: Tensor) => Tensor;
  /** What the backward pass takes beside dy. */
  readonly reads: readonly ("x" | "y")[];
  /** Of the sizes, what the kernels take. */
  readonly sizes: (layout: Layout) => readonly number[];
  /** Elements of y for those of x along the axis. */
  readonly factor: number;
  readonly layouts: readonly Layout[];
}

const rows: readonly Layout[] = [
  [1, 1, 1],
  [2, 3, 1],
  [1, 4, 1],
  [3, 7, 1],
  [2, 9, 1],
];
const axes: readonly Layout[] = [...rows, [1, 3, 4], [2, 5, 3], [2, 1, 9], [3, 4, 5]];
const rowSizes = ([outer, n]: Layout) => [outer, n];
const cases: readonly Case[] = [
  { kernel: "logSoftmax", forward: logSoftmaxAlong, reads: ["y"], sizes: rowSizes, factor: 1, layouts: rows },
  { kernel: "sparsemax", forward: sparsemaxAlong, reads: ["y"], sizes: rowSizes, factor: 1, layouts: rows },
  {
    ...{ kernel: "glu", forward: gluAlong, reads: ["x"], factor: 1 / 2 },
    sizes: ([outer, n]) => [outer, n / 2],
    layouts: rows.map(([outer, n, inner]): Layout => [outer, 2 * n, inner]),
  },
  { kernel: "softmaxAxis", forward: softmaxAlong, reads: ["y"], sizes: (all) => all, factor: 1, layouts: axes },
  {
    kernel: "l2Normalize",
    forward: l2NormalizeAlong,
    reads: ["y", "x"],
    sizes: (all) => all,
    factor: 1,
    layouts: axes,
  },
];

function forward({ kernel, sizes, factor }: Case, samples: number, x: ArrayLike<number>, layout: Layout) {
  return compute((arena) => {
    const y = arena.output(x.length * factor);
    arena.call(`${kernel}Forward` as Kernel, ...([samples, y, arena.input(x), ...sizes(layout)] as never));
    return { y };
  });
}

function backward(one: Case, samples: number, dy: ArrayLike<number>, x: ArrayLike<number>, layout: Layout) {
  const { kernel, sizes, reads } = one;
  const { y } = forward(one, samples, x, layout);
  return compute((arena) => {
    const dx = arena.output(x.length);
    const inputs: Block[] = [arena.input(dy), ...reads.map((which) => arena.input(which === "x" ? x : y))];
    arena.call(`${kernel}Backward` as Kernel, ...([samples, dx, ...inputs, ...sizes(layout)] as never));
    return { dx };
  });
}

describe.each(cases)("$kernel", (one) => {
  const source = random(21);
  /** Not where one of the functions bends. */
  const numbers = (shape: readonly number[]) =>
    tensor(
      shape,
      Float32Array.from(source.distinct(shape).data, (value) => 3.1 * value + 0.05),
    );

  it.each(one.layouts)("is the reference's on (%i, %i, %i), both passes", (outer, n, inner) => {
    for (const samples of [0, 1, 3]) {
      const layout = [outer, n, inner] as const;
      const x = numbers([samples * outer, n, inner]);
      const y = one.forward(x);
      expectClose(forward(one, samples, x.data, layout).y, y.data, tolerances.activation, "y");
      const dy = source.tensor([samples * outer, n * one.factor, inner]);
      const expected = finiteDifference((moved) => dot(one.forward(moved), dy), x);
      expectClose(backward(one, samples, dy.data, x.data, layout).dx, expected.data, tolerances.activation, "dx");
    }
  });

  it("stays finite for large numbers", () => {
    const { y } = forward(one, 1, [1000, -1000, 998.5, 1000, 0, 0, 3, 88], [2, 4, 1]);
    expect(y.every(Number.isFinite)).toBe(true);
    const x = tensor([2, 4, 1], [1000, -1000, 998.5, 1000, 0, 0, 3, 88]);
    expectClose(y, one.forward(x).data, tolerances.activation, "y");
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const layout = one.layouts.at(-1)!;
    const x = numbers([5 * layout[0], layout[1], layout[2]]).data;
    const dy = source.tensor([x.length * one.factor]).data;
    expectSamplesApart(5, [x], (samples, ...[x]: Numbers[]) => forward(one, samples, x!, layout));
    expectSamplesApart(5, [dy, x], (samples, ...[dy, x]: Numbers[]) => backward(one, samples, dy!, x!, layout));
  });
});

describe("sparsemax", () => {
  const one = cases.find(({ kernel }) => kernel === "sparsemax")!;

  it("has rows that sum to 1, equal numbers among them, and NaN where there is one", () => {
    const { y } = forward(one, 1, [5.5, 0.5, 4.125, 5.25, 2, 2, 2, 2, 0, Number.NaN, 1, 2], [3, 4, 1]);
    expectClose(y.subarray(0, 8), [0.625, 0, 0, 0.375, 0.25, 0.25, 0.25, 0.25], tolerances.exact);
    expect(y.subarray(8).every(Number.isNaN)).toBe(true);
  });
});

describe("l2Normalize", () => {
  const one = cases.find(({ kernel }) => kernel === "l2Normalize")!;

  it("divides what is shorter than 1e-7 by 1e-7, zeros too", () => {
    const x = [3e-8, 4e-8, 0, 0];
    expectClose(forward(one, 1, x, [2, 2, 1]).y, [0.3, 0.4, 0, 0], tolerances.kernel);
    expectClose(backward(one, 1, [1, 2, 3, 4], x, [2, 2, 1]).dx, [1e7, 2e7, 3e7, 4e7], tolerances.kernel);
  });
});

describe("broadcast", () => {
  const source = random(22);

  it.each([
    [1, 1, 1],
    [2, 5, 1],
    [1, 3, 7],
    [3, 4, 4],
    [2, 9, 11],
  ])("repeats, and sums, (%i, %i, %i)", (outer, repeat, inner) => {
    for (const samples of [0, 1, 3]) {
      const x = source.tensor([samples * outer, 1, inner]);
      const dy = source.tensor([samples * outer, repeat, inner]);
      const { y, dx } = compute((arena) => {
        const y = arena.output(dy.data.length);
        const dx = arena.output(x.data.length);
        arena.call("broadcastForward", samples, y, arena.input(x.data), outer, repeat, inner);
        arena.call("broadcastBackward", samples, dx, arena.input(dy.data), outer, repeat, inner);
        return { y, dx };
      });
      expectClose(y, repeatAlong(x, repeat).data, tolerances.exact, "y");
      const expected = finiteDifference((moved) => dot(repeatAlong(moved, repeat), dy), x);
      expectClose(dx, expected.data, tolerances.kernel, "dx");
    }
  });

  it.each([
    [1, 1, 13],
    [2, 5, 1],
    [1, 3, 7],
    [2, 9, 11],
  ])("multiplies by what is repeated: (%i, %i, %i)", (outer, repeat, inner) => {
    for (const samples of [0, 1, 3]) {
      const a = source.tensor([samples * outer, repeat, inner]);
      const b = source.tensor([samples * outer, 1, inner]);
      const { y } = compute((arena) => {
        const y = arena.output(a.data.length);
        arena.call("multiplyForward", samples, y, arena.input(a.data), arena.input(b.data), outer, repeat, inner);
        return { y };
      });
      const factors = repeatAlong(b, repeat).data;
      const expected = Float32Array.from(a.data, (value, i) => value * factors[i]!);
      expectClose(y, expected, tolerances.exact, "y");
    }
  });
});
