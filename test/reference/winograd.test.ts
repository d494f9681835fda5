import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { conv2dBackward, conv2dForward } from "./conv2d.js";
import { random } from "./random.js";
import { transforms4, winogradBackwardKernel, winogradForward } from "./winograd.js";

describe("winogradForward", () => {
  it.each([
    [1, 3, 3],
    [2, 4, 5],
    [1, 9, 6],
  ])("is the convolution of %i samples of %i x %i", (...size) => {
    const source = random(37);
    const [x, w] = [source.tensor([...size, 3]), source.tensor([3, 3, 3, 2])];
    const expected = conv2dForward({ x, w }).data;
    expectClose(winogradForward(x, w).data, expected, tolerances.sameArithmetic);
    expectClose(winogradForward(x, w, transforms4).data, expected, tolerances.sameArithmetic);
  });
});

describe("winogradBackwardKernel", () => {
  it.each([
    [1, 3, 3],
    [2, 4, 5],
    [1, 9, 6],
  ])("is the kernel gradient for %i samples of %i x %i", (samples, height, width) => {
    const source = random(38);
    const [x, w] = [source.tensor([samples, height, width, 3]), source.tensor([3, 3, 3, 2])];
    const dy = source.tensor([samples, height - 2, width - 2, 2]);
    expectClose(winogradBackwardKernel(x, dy).data, conv2dBackward({ x, w, dy }).dw.data, tolerances.sameArithmetic);
  });
});
