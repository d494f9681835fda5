import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { dot, finiteDifference } from "./finiteDifference.js";
import { type MaxPool2dForwardInputs, maxPool2dBackward, maxPool2dForward } from "./maxPool2d.js";
import { random } from "./random.js";
import { tensor } from "./tensor.js";

type Case = Omit<MaxPool2dForwardInputs, "x"> & { readonly x: readonly number[] };

const cases: Case[] = [
  { x: [2, 4, 6, 3], poolSize: [2, 2] },
  { x: [2, 5, 7, 1], poolSize: [2, 2] },
  { x: [1, 5, 7, 2], poolSize: [2, 2], padding: "same" },
  { x: [2, 7, 6, 2], poolSize: [3, 3], strides: [2, 2] },
  { x: [1, 6, 7, 3], poolSize: [3, 3], strides: [2, 2], padding: "same" },
  { x: [1, 5, 4, 2], poolSize: [2, 2], strides: [1, 1], padding: "same" },
  { x: [1, 5, 8, 1], poolSize: [3, 2], strides: [1, 3] },
  { x: [1, 8, 7, 2], poolSize: [1, 2], strides: [3, 2], padding: "same" },
];

describe("maxPool2d", () => {
  it.each(cases)("backward is the derivative of forward: %j", ({ x: xShape, ...options }) => {
    const source = random(2);
    const x = source.distinct(xShape);
    const { y, argmax } = maxPool2dForward({ x, ...options });
    const dy = source.tensor(y.shape);
    const dx = maxPool2dBackward({ dy, argmax, xShape });
    const numeric = finiteDifference((x) => dot(maxPool2dForward({ x, ...options }).y, dy), x);
    expectClose(dx.data, numeric.data, tolerances.finiteDifference, "dx");
  });

  it("gives the first of equal maxima, as an offset within its sample", () => {
    const x = tensor([2, 2, 4, 1], [0, 5, 7, 7, 5, 5, 7, 7, -1, -2, 3, 4, -3, -4, 4, 4]);
    const { y, argmax } = maxPool2dForward({ x, poolSize: [2, 2] });
    expect([...y.data]).toEqual([5, 7, -1, 4]);
    expect([...argmax]).toEqual([1, 2, 0, 3]);
  });

  it("lets NaN win, and takes the first element where all are -Infinity", () => {
    const none = Number.NEGATIVE_INFINITY;
    const x = tensor([1, 2, 4, 1], [1, Number.NaN, none, none, Number.NaN, 9, none, none]);
    const { y, argmax } = maxPool2dForward({ x, poolSize: [2, 2] });
    expect([...y.data]).toEqual([Number.NaN, none]);
    expect([...argmax]).toEqual([1, 2]);
  });

  it("never lets padding win", () => {
    const x = tensor([1, 3, 3, 1], new Float64Array(9).fill(-5));
    const { y } = maxPool2dForward({ x, poolSize: [3, 3], strides: [2, 2], padding: "same" });
    expect([...y.data]).toEqual([-5, -5, -5, -5]);
  });
});
