import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { l1l2Backward, l1l2Forward, orthogonalBackward, orthogonalForward } from "../reference/penalty.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual } from "./harness.js";

describe("l1l2", () => {
  it.each([1, 3, 4, 5, 8, 1001])("is the reference's for %i numbers", (size) => {
    const w = random(size).tensor([size]).data;
    w[0] = 0;
    const old = random(2).tensor([size]).data;
    const { penalty, dw } = compute((arena) => {
      const [penalty, dw, block] = [arena.output(1), arena.inout(old), arena.input(w)];
      arena.call("l1l2Forward", penalty, block, size, 0.3, 0.7);
      arena.call("l1l2BackwardAdd", dw, block, size, 0.3, 0.7);
      return { penalty, dw };
    });
    expectClose(penalty, [l1l2Forward(w, 0.3, 0.7)], tolerances.kernel, "penalty");
    const gradient = l1l2Backward(w, 0.3, 0.7);
    expectClose(
      dw,
      gradient.map((g, i) => g + old[i]!),
      tolerances.kernel,
      "dw",
    );
  });

  it("has no gradient at 0", () => {
    const { dw } = compute((arena) => {
      const dw = arena.inout([0, 0, 0]);
      arena.call("l1l2BackwardAdd", dw, arena.input([0, -0, 1e-30]), 3, 2, 0);
      return { dw };
    });
    expectEqual(dw, [0, 0, 2]);
  });
});

describe("orthogonalPenalty", () => {
  it.each([
    [2, 1, "rows"],
    [2, 3, "rows"],
    [5, 7, "columns"],
    [7, 2, "rows"],
    [9, 4, "columns"],
  ] as const)("is the reference's for %i vectors of %i numbers in %s", (count, length, mode) => {
    const w = random(count).tensor([count * length]).data;
    const old = random(3).tensor([count * length]).data;
    const [step, stride] = mode === "rows" ? [length, 1] : [1, count];
    const { penalty, dw } = compute((arena) => {
      const [penalty, dw, unit] = [arena.output(1), arena.inout(old), arena.output(count * (length + 1))];
      arena.call("orthogonalPenaltyNormalize", unit, arena.input(w), count, length, step, stride);
      arena.call("orthogonalPenaltyForward", penalty, unit, count, length, 0.6);
      const d = arena.output(length);
      arena.call("orthogonalPenaltyBackwardAdd", dw, unit, d, count, length, step, stride, 0.6);
      return { penalty, dw };
    });
    const vectors = { count, length, step, stride };
    expectClose(penalty, [orthogonalForward(w, vectors, 0.6)], tolerances.kernel, "penalty");
    const gradient = orthogonalBackward(w, vectors, 0.6);
    expectClose(
      dw,
      gradient.map((g, i) => g + old[i]!),
      tolerances.kernelGradient,
      "dw",
    );
  });

  it("leaves a vector of zeros where it is", () => {
    const { dw } = compute((arena) => {
      const [dw, unit] = [arena.inout(new Float32Array(4)), arena.output(6)];
      arena.call("orthogonalPenaltyNormalize", unit, arena.input([0, 0, 3, 4]), 2, 2, 2, 1);
      arena.call("orthogonalPenaltyBackwardAdd", dw, unit, arena.output(2), 2, 2, 2, 1, 1);
      return { dw };
    });
    expect([...dw]).toEqual([0, 0, 0, 0]);
  });
});
