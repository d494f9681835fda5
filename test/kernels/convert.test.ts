import { describe, it } from "vitest";
import { random } from "../reference/random.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

function convert(samples: number, x: Numbers, size: number) {
  return compute((arena) => {
    const y = arena.output(samples * size);
    arena.call("convertU8", samples, y, arena.input(x), size);
    return { y };
  });
}

describe("convertU8", () => {
  it("takes every byte at face value", () => {
    const x = Uint8Array.from({ length: 256 }, (_, i) => i);
    expectEqual(convert(1, x, 256).y, x);
    expectEqual(convert(2, x, 128).y, x);
  });

  it.each([1, 2, 3, 4, 5, 8, 11])("takes %i elements a sample", (size) => {
    const source = random(size);
    for (const samples of [0, 1, 2, 5]) {
      const x = Uint8Array.from({ length: samples * size }, () => source.integer(256));
      expectEqual(convert(samples, x, size).y, x, `${samples} samples`);
    }
  });

  it("gives a sample the same bits at any place", () => {
    const x = Uint8Array.from({ length: 35 }, (_, i) => 255 - 7 * i);
    expectSamplesApart(5, [x], (samples, ...[x]: Numbers[]) => convert(samples, x!, 7));
  });
});
