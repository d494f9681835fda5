import { describe, expect, it } from "vitest";
import { fixed, metric, remainingTime, stepTime } from "../../src/base/numberFormat.js";

// The expected texts are what Python's format gives.
describe("fixed", () => {
  it.each([
    [0.96875, 4, "0.9688"],
    [0.03125, 4, "0.0312"],
    [0.84375, 4, "0.8438"],
    [0.00005, 4, "0.0001"],
    [0.5, 0, "0"],
    [1.5, 0, "2"],
    [2.5, 0, "2"],
    [-2.5, 0, "-2"],
    [9.5, 0, "10"],
    [99.5, 0, "100"],
    [0.99999, 4, "1.0000"],
    [123456.789, 4, "123456.7890"],
  ])("%d with %d digits is %s", (value, digits, text) => {
    expect(fixed(value, digits)).toBe(text);
  });
});

describe("metric", () => {
  it.each([
    [0, "0.0000e+00"],
    [1e-3, "1.0000e-03"],
    [1.01e-3, "0.0010"],
    [9.87e-4, "9.8700e-04"],
    [-1e-5, "-1.0000e-05"],
    [1.5e-120, "1.5000e-120"],
    [-0.5, "-0.5000"],
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%d is %s", (value, text) => {
    expect(metric(value)).toBe(text);
  });
});

describe("stepTime", () => {
  it.each([
    [0, "0s/step"],
    [0.00012, "120us/step"],
    [0.001, "1ms/step"],
    [0.0456, "46ms/step"],
    [1, "1s/step"],
    [12.4, "12s/step"],
  ])("%d s is %s", (seconds, text) => {
    expect(stepTime(seconds)).toBe(text);
  });
});

describe("remainingTime", () => {
  it.each([
    [0.9, "0s"],
    [60, "60s"],
    [60.5, "1:00"],
    [125.9, "2:05"],
    [3600, "60:00"],
    [3607.2, "1:00:07"],
    [36000, "10:00:00"],
  ])("%d s is %s", (seconds, text) => {
    expect(remainingTime(seconds)).toBe(text);
  });
});
