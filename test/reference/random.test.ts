import { describe, expect, it } from "vitest";
import { random } from "./random.js";

describe("random", () => {
  it("gives the same values for the same seed, others for another", () => {
    expect(random(1).tensor([20])).toEqual(random(1).tensor([20]));
    expect(random(1).tensor([20])).not.toEqual(random(2).tensor([20]));
  });

  it("gives values of both signs in [-1, 1) that are exact in f32", () => {
    const { data } = random(3).tensor([1000]);
    expect(data.every((value) => value >= -1 && value < 1 && value === Math.fround(value))).toBe(true);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.05);
  });

  it("gives distinct values that are exact in f32", () => {
    const { data } = random(4).distinct([5, 101]);
    expect(data.every((value) => Math.abs(value) < 1 && value === Math.fround(value))).toBe(true);
    const sorted = data.toSorted();
    expect(sorted.subarray(1).every((value, i) => value - sorted[i]! > 1 / 505)).toBe(true);
  });
});
