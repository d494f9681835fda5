import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { conv2dForward } from "./conv2d.js";
import { random } from "./random.js";
import { winogradForward } from "./winograd.js";

describe("winogradForward", () => {
  it.each([
    [1, 3, 3],
    [2, 4, 5],
    [1, 9, 6],
  ])("is the convolution of %i samples of %i x %i", (...size) => {
    const source = random(37);
    const [x, w] = [source.tensor([...size, 3]), source.tensor([3, 3, 3, 2])];
    expectClose(winogradForward(x, w).data, conv2dForward({ x, w }).data, tolerances.sameArithmetic);
  });
});
