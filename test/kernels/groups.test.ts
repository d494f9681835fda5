import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";

const SIZES = [
  [0, 5, 1, 2],
  [1, 1, 0, 1],
  [3, 9, 2, 4],
  [4, 13, 4, 9],
  [2, 8, 7, 1],
] as const;

describe("groups", () => {
  it.each(SIZES)("take and put channels: %i rows of %i, from %i on %i", (rows, channels, first, count) => {
    const x = random(1).tensor([2 * rows * channels]).data;
    const part = x.filter((_, i) => i % channels >= first && i % channels < first + count);
    const old = random(2).tensor([2 * rows * channels]).data;
    const inside = (i: number) => i % channels >= first && i % channels < first + count;
    const actual = compute((arena) => {
      const blocks = {
        ...{ taken: arena.output(part.length), kernel: arena.output(part.length) },
        ...{ put: arena.inout(old), added: arena.inout(old) },
      };
      arena.call("groupsTake", 2, blocks.taken, arena.input(x), rows, channels, first, count);
      arena.call("groupsTakeKernel", blocks.kernel, arena.input(x), 2 * rows, channels, first, count);
      arena.call("groupsPut", 2, blocks.put, arena.input(part), rows, channels, first, count);
      arena.call("groupsPutKernelAdd", 3, blocks.added, arena.input(part), 2 * rows, channels, first, count);
      return blocks;
    });
    expectEqual(actual.taken, part);
    expectEqual(actual.kernel, part);
    expectEqual(
      actual.put,
      old.map((value, i) => (inside(i) ? x[i]! : value)),
    );
    expectClose(
      actual.added,
      old.map((value, i) => (inside(i) ? value + x[i]! : value)),
      tolerances.kernel,
      "added",
    );
  });

  it.each([
    [0, 3, 2],
    [2, 1, 3],
    [3, 5, 4],
  ])("repeat channels: %i rows of %i, %i times", (rows, channels, times) => {
    const x = random(3).tensor([2 * rows * channels]).data;
    const dy = random(4).tensor([2 * rows * channels * times]).data;
    const { y, dx } = compute((arena) => {
      const blocks = { y: arena.output(dy.length), dx: arena.output(x.length) };
      arena.call("groupsRepeat", 2, blocks.y, arena.input(x), rows, channels, times);
      arena.call("groupsRepeatBackward", 2, blocks.dx, arena.input(dy), rows, channels, times);
      return blocks;
    });
    expectEqual(
      y,
      dy.map((_, i) => x[Math.floor(i / times)]!),
    );
    const sums = x.map((_, i) => dy.subarray(i * times, (i + 1) * times).reduce((sum, value) => sum + value, 0));
    expectClose(dx, sums, tolerances.kernel, "dx");
  });

  it("clear", () => {
    const { sum } = compute((arena) => {
      const sum = arena.output(5);
      arena.call("groupsClear", 3, sum, 5);
      return { sum };
    });
    expectEqual(sum, [0, 0, 0, 0, 0]);
  });
});
