import { describe, expect, it } from "vitest";
import { padAxis } from "./padding.js";

describe("padAxis", () => {
  it.each([
    // size, kernel, stride, dilation, padding -> outSize, before, after
    [28, 3, 1, 1, "valid", 26, 0, 0],
    [7, 3, 2, 1, "valid", 3, 0, 0],
    [8, 3, 2, 1, "valid", 3, 0, 0],
    [9, 3, 1, 2, "valid", 5, 0, 0],
    [2, 3, 1, 1, "valid", 0, 0, 0],
    [5, 3, 1, 1, "same", 5, 1, 1],
    [5, 2, 1, 1, "same", 5, 0, 1],
    [4, 3, 2, 1, "same", 2, 0, 1],
    [5, 3, 2, 1, "same", 3, 1, 1],
    [7, 1, 3, 1, "same", 3, 0, 0],
    [6, 3, 1, 2, "same", 6, 2, 2],
    [1, 5, 1, 1, "same", 1, 2, 2],
  ] as const)("%d, kernel %d, stride %d, dilation %d, %s", (size, kernel, stride, dilation, padding, ...expected) => {
    const [outSize, before, after] = expected;
    expect(padAxis(size, kernel, stride, dilation, padding)).toEqual({ outSize, before, after });
  });
});
