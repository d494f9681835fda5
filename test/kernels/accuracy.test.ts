import { describe, expect, it } from "vitest";
import { categoricalAccuracy } from "../reference/accuracy.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function categorical(samples: number, y: ArrayLike<number>, t: ArrayLike<number>, n: number) {
  return compute((arena) => {
    const hit = arena.output(samples);
    arena.call("accuracyCategorical", samples, hit, arena.input(y), arena.input(t), n);
    return { hit };
  });
}

describe("accuracyCategorical", () => {
  const source = random(5);

  it.each([1, 2, 3, 4, 5, 10, 17])("is the reference's for %i classes", (n) => {
    for (const samples of [0, 1, 2, 5, 33]) {
      const p = source.tensor([samples, n]);
      const t = source.oneHot(samples, n);
      const { correct } = categoricalAccuracy({ t, p });
      expectEqual(categorical(samples, p.data, t.data, n).hit, correct.data, `${samples} samples`);
    }
  });

  it("takes the first of equals, of the outputs and of the targets", () => {
    const p = tensor([4, 3], [5, 5, 1, 1, 5, 5, -1, -1, -1, -Infinity, -Infinity, -2]);
    const t = tensor([4, 3], [1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1]);
    const { hit } = categorical(4, p.data, t.data, 3);
    expect([...hit]).toEqual([1, 0, 1, 1]);
    expectEqual(hit, categoricalAccuracy({ t, p }).correct.data);
  });

  it("gives a sample the same answer at any place", () => {
    const inputs = [source.tensor([9, 3]).data, source.oneHot(9, 3).data];
    expectSamplesApart(9, inputs, (samples, ...[y, t]: Numbers[]) => categorical(samples, y!, t!, 3));
  });
});
