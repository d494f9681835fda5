import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { type Conv2dOptions, conv2dBackward, conv2dForward } from "./conv2d.js";
import { dot, finiteDifference } from "./finiteDifference.js";
import { random } from "./random.js";
import { tensor } from "./tensor.js";

interface Case extends Conv2dOptions {
  readonly x: readonly number[];
  readonly w: readonly number[];
}

const cases: Case[] = [
  { x: [2, 4, 5, 1], w: [1, 1, 1, 1] },
  { x: [2, 5, 4, 3], w: [3, 3, 3, 2] },
  { x: [1, 5, 5, 2], w: [5, 5, 2, 3] },
  { x: [1, 6, 5, 2], w: [2, 3, 2, 3], padding: "same" },
  { x: [2, 7, 6, 1], w: [3, 3, 1, 2], strides: [2, 2] },
  { x: [1, 7, 6, 3], w: [3, 3, 3, 1], strides: [2, 2], padding: "same" },
  { x: [1, 5, 8, 2], w: [2, 3, 2, 2], strides: [1, 2], padding: "same" },
  { x: [1, 8, 7, 2], w: [1, 1, 2, 3], strides: [3, 2], padding: "same" },
  { x: [1, 7, 8, 2], w: [3, 3, 2, 2], dilation: [2, 2] },
  { x: [1, 6, 7, 1], w: [3, 2, 1, 3], dilation: [2, 3], padding: "same" },
  { x: [1, 9, 8, 2], w: [3, 2, 2, 1], strides: [2, 3], dilation: [2, 1], padding: "same" },
  { x: [1, 2, 3, 2], w: [5, 5, 2, 1], padding: "same" },
];

describe("conv2d", () => {
  it.each(cases)("backward is the derivative of forward: %j", ({ x: xShape, w: wShape, ...options }) => {
    const source = random(1);
    const x = source.tensor(xShape);
    const w = source.tensor(wShape);
    const b = source.tensor([wShape[3]!]);
    const dy = source.tensor(conv2dForward({ x, w, b, ...options }).shape);
    const { dx, dw, db } = conv2dBackward({ dy, x, w, ...options });
    const loss = (moved: Partial<{ x: typeof x; w: typeof w; b: typeof b }>) =>
      dot(conv2dForward({ x, w, b, ...moved, ...options }), dy);

    expectClose(dx.data, finiteDifference((x) => loss({ x }), x).data, tolerances.finiteDifference, "dx");
    expectClose(dw.data, finiteDifference((w) => loss({ w }), w).data, tolerances.finiteDifference, "dw");
    expectClose(db.data, finiteDifference((b) => loss({ b }), b).data, tolerances.finiteDifference, "db");
  });

  it("adds the odd row and column of same padding at the bottom and right", () => {
    const x = tensor(
      [1, 4, 4, 1],
      Float64Array.from({ length: 16 }, (_, i) => i),
    );
    const w = tensor([3, 3, 1, 1], new Float64Array(9).fill(1));
    const y = conv2dForward({ x, w, strides: [2, 2], padding: "same" });
    expect(y).toEqual(tensor([1, 2, 2, 1], [45, 39, 66, 50]));
  });

  it("refuses a kernel for other channels", () => {
    expect(() => conv2dForward({ x: tensor([1, 3, 3, 2]), w: tensor([3, 3, 1, 1]) })).toThrow(RangeError);
  });
});
