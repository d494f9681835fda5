import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { denseBackward, denseForward } from "./dense.js";
import { dot, finiteDifference } from "./finiteDifference.js";
import { random } from "./random.js";
import { tensor } from "./tensor.js";

describe("dense", () => {
  it.each([
    [1, 1, 1],
    [3, 7, 2],
    [2, 5, 9],
  ])("backward is the derivative of forward: %d samples, %d inputs, %d units", (samples, inputs, units) => {
    const source = random(3);
    const x = source.tensor([samples, inputs]);
    const w = source.tensor([inputs, units]);
    const b = source.tensor([units]);
    const dy = source.tensor([samples, units]);
    const { dx, dw, db } = denseBackward({ dy, x, w });
    const numeric = {
      dx: finiteDifference((x) => dot(denseForward({ x, w, b }), dy), x),
      dw: finiteDifference((w) => dot(denseForward({ x, w, b }), dy), w),
      db: finiteDifference((b) => dot(denseForward({ x, w, b }), dy), b),
    };
    expectClose(dx.data, numeric.dx.data, tolerances.finiteDifference, "dx");
    expectClose(dw.data, numeric.dw.data, tolerances.finiteDifference, "dw");
    expectClose(db.data, numeric.db.data, tolerances.finiteDifference, "db");
  });

  it("refuses a kernel for other inputs", () => {
    expect(() => denseForward({ x: tensor([1, 3]), w: tensor([4, 1]) })).toThrow(RangeError);
  });
});
