import { describe, expect, it } from "vitest";
import { random } from "../reference/random.js";
import { integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function forward(samples: number, a: ArrayLike<number>, b: ArrayLike<number>, size: number) {
  return compute((arena) => {
    const y = arena.output(samples * size);
    arena.call("addForward", samples, y, arena.input(a), arena.input(b), size);
    return { y };
  });
}

describe("addForward", () => {
  const source = random(1);

  it.each([1, 3, 4, 5, 8, 11])("adds %i elements a sample", (size) => {
    for (const samples of [0, 1, 2, 5]) {
      const a = integers(source, [samples, size]).data;
      const b = integers(source, [samples, size]).data;
      const sum = a.map((value, i) => value + b[i]!);
      expectEqual(forward(samples, a, b, size).y, sum, `${samples} samples`);
    }
  });

  it("rounds once, to the nearest", () => {
    const a = source.tensor([2, 7]).data;
    const b = source.tensor([2, 7]).data;
    expectEqual(
      forward(2, a, b, 7).y,
      a.map((value, i) => Math.fround(value + b[i]!)),
    );
  });

  it("passes NaN and infinities on", () => {
    const { y } = forward(1, [Number.NaN, 1, Infinity, Infinity, -Infinity], [1, Number.NaN, 1, -Infinity, 1], 5);
    expect([...y]).toEqual([Number.NaN, Number.NaN, Infinity, Number.NaN, -Infinity]);
  });

  it("gives a sample the same bits at any place", () => {
    const inputs = [source.tensor([5, 7]).data, source.tensor([5, 7]).data];
    expectSamplesApart(5, inputs, (samples, ...[a, b]: Numbers[]) => forward(samples, a!, b!, 7));
  });
});
