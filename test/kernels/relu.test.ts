import { describe, expect, it } from "vitest";
import { reluBackward, reluForward } from "../reference/activation.js";
import { random } from "../reference/random.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function forward(samples: number, x: ArrayLike<number>, size: number) {
  return compute((arena) => {
    const y = arena.output(samples * size);
    arena.call("reluForward", samples, y, arena.input(x), size);
    return { y };
  });
}

function backward(samples: number, dy: ArrayLike<number>, y: ArrayLike<number>, size: number) {
  return compute((arena) => {
    const dx = arena.output(samples * size);
    arena.call("reluBackward", samples, dx, arena.input(dy), arena.input(y), size);
    return { dx };
  });
}

describe("relu", () => {
  const source = random(2);
  const sizes = [1, 3, 4, 5, 8, 11];

  it.each(sizes)("is the reference's for %i elements a sample, both passes", (size) => {
    for (const samples of [0, 1, 2, 5]) {
      const x = source.tensor([samples, size]);
      const dy = source.tensor([samples, size]);
      const y = reluForward(x);
      expectEqual(forward(samples, x.data, size).y, y.data, "y");
      expectEqual(backward(samples, dy.data, y.data, size).dx, reluBackward({ dy, y }).data, "dx");
    }
  });

  it("has no gradient at 0, keeps NaN and infinities", () => {
    const { y } = forward(1, [0, -0, Number.NaN, Infinity, -Infinity, 1e-45, -1e-45], 7);
    expectEqual(y, [0, 0, Number.NaN, Infinity, 0, Math.fround(1e-45), 0]);
    const { dx } = backward(1, [5, 5, Number.NaN, Number.NaN, Infinity, -Infinity], [0, -0, 0, 1, 1, 1], 6);
    expect([...dx]).toEqual([0, 0, 0, Number.NaN, Infinity, -Infinity]);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const x = source.tensor([5, 7]);
    const dy = source.tensor([5, 7]);
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => forward(samples, x!, 7));
    const inputs = [dy.data, reluForward(x).data];
    expectSamplesApart(5, inputs, (samples, ...[dy, y]: Numbers[]) => backward(samples, dy!, y!, 7));
  });
});
