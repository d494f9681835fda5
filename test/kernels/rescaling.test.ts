import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { rescalingBackward, rescalingForward } from "../reference/rescaling.js";
import { tolerances } from "../tolerances.js";
import { integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function forward(samples: number, x: ArrayLike<number>, size: number, scale: number, offset: number) {
  return compute((arena) => {
    const y = arena.output(samples * size);
    arena.call("rescalingForward", samples, y, arena.input(x), size, scale, offset);
    return { y };
  });
}

function backward(samples: number, dy: ArrayLike<number>, size: number, scale: number) {
  return compute((arena) => {
    const dx = arena.output(samples * size);
    arena.call("rescalingBackward", samples, dx, arena.input(dy), size, scale);
    return { dx };
  });
}

describe("rescaling", () => {
  const source = random(3);

  it.each([1, 3, 4, 5, 8, 11])("is exact for integers, %i elements a sample, both passes", (size) => {
    for (const samples of [0, 1, 2, 5]) {
      const x = integers(source, [samples, size], 255);
      const scaled = rescalingForward({ x, scale: 0.25, offset: -3 });
      expectEqual(forward(samples, x.data, size, 0.25, -3).y, scaled.data, "y");
      const gradient = rescalingBackward({ dy: x, scale: 0.25 });
      expectEqual(backward(samples, x.data, size, 0.25).dx, gradient.data, "dx");
    }
  });

  it("is close to the reference for 1 / 255, both passes", () => {
    const x = integers(source, [3, 37], 255);
    const scale = 1 / 255;
    const y = rescalingForward({ x, scale, offset: -0.5 });
    expectClose(forward(3, x.data, 37, scale, -0.5).y, y.data, tolerances.kernel, "y");
    const dx = rescalingBackward({ dy: x, scale });
    expectClose(backward(3, x.data, 37, scale).dx, dx.data, tolerances.kernel, "dx");
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const { data } = source.tensor([5, 7]);
    expectSamplesApart(5, [data], (samples, ...[x]: Numbers[]) => forward(samples, x!, 7, 1 / 3, 0.1));
    expectSamplesApart(5, [data], (samples, ...[dy]: Numbers[]) => backward(samples, dy!, 7, 1 / 3));
  });
});
