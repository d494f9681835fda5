import { describe, expect, it } from "vitest";
import { random } from "../reference/random.js";
import { integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function forward(samples: number, x: ArrayLike<number>, factor: number, size: number) {
  return compute((arena) => {
    const y = arena.output(samples * size);
    arena.call("scaleForward", samples, y, arena.input(x), factor, size);
    return { y };
  });
}

describe("scaleForward", () => {
  const source = random(1);

  it.each([1, 3, 4, 5, 8, 11])("multiplies %i elements a sample", (size) => {
    for (const samples of [0, 1, 2, 5]) {
      const x = integers(source, [samples, size]).data;
      expectEqual(
        forward(samples, x, 0.5, size).y,
        x.map((value) => value * 0.5),
        `${samples} samples`,
      );
    }
  });

  it("rounds once, to the nearest", () => {
    const x = source.tensor([2, 7]).data.map(Math.fround);
    const factor = Math.fround(0.3);
    expectEqual(
      forward(2, x, factor, 7).y,
      x.map((value) => Math.fround(value * factor)),
    );
  });

  it("passes NaN and infinities on", () => {
    expect([...forward(1, [Number.NaN, Infinity, -Infinity, 0, 2], -2, 5).y]).toEqual([
      ...[Number.NaN, -Infinity, Infinity, -0, -4],
    ]);
    expect([...forward(1, [Infinity], 0, 1).y]).toEqual([Number.NaN]);
  });

  it("gives a sample the same bits at any place", () => {
    const inputs = [source.tensor([5, 7]).data];
    expectSamplesApart(5, inputs, (samples, ...[x]: Numbers[]) => forward(samples, x!, 0.7, 7));
  });
});
