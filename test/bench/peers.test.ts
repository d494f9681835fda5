import { describe, expect, it } from "vitest";
import { barLines } from "../../bench/peers/bars.js";
import { lastError } from "../../bench/peers/childProcess.js";
import { compare } from "../../bench/peers/pairs.js";
import type { Row } from "../../bench/peers/row.js";
import { absoluteDifference, pairRatios, quartiles, relativeDifference } from "../../bench/peers/statistics.js";
import { columns, figure, taskTable } from "../../bench/peers/table.js";

function row(name: string, images: number, ratio: number, more: Partial<Row> = {}): Row {
  const all = (value: number) => ({ q1: value, median: value, q3: value });
  return { name, label: name, task: "train", notes: [], theirs: all(images), ratio: all(ratio), ...more };
}

describe("quartiles", () => {
  it("interpolate between the nearest values, whatever their order", () => {
    expect(quartiles([4, 1, 3, 2])).toEqual({ q1: 1.75, median: 2.5, q3: 3.25 });
    expect(quartiles([10, 9, 100])).toEqual({ q1: 9.5, median: 10, q3: 55 });
    expect(quartiles([7])).toEqual({ q1: 7, median: 7, q3: 7 });
    expect(() => quartiles([])).toThrow(RangeError);
  });

  it("leave their input as it is", () => {
    const values = [3, 1, 2];
    quartiles(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe("pairs", () => {
  it("are divided one by one", () => {
    // Both twice as slow in the second pair: the ratio does not change, that of the medians would.
    expect(pairRatios([20, 10, 30], [10, 5, 10])).toEqual([2, 2, 3]);
    expect(() => pairRatios([1, 2], [1])).toThrow(RangeError);
  });
});

describe("results", () => {
  it("differ by the worst value, NaN and missing ones infinitely", () => {
    expect(relativeDifference([1, 2.2], [1, 2])).toBeCloseTo(0.1);
    expect(absoluteDifference([1, -2], [1, -2.5])).toBe(0.5);
    expect(absoluteDifference([Number.NaN, 1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
    expect(absoluteDifference([1], [1, 1])).toBe(Number.POSITIVE_INFINITY);
  });

  it("are refused where they are not ours", () => {
    expect(compare("infer64", [0.1, 0.9], [0.10001, 0.89999])).toContain("within");
    expect(() => compare("infer64", [0.1, 0.9], [0.1003, 0.9])).toThrow("differ");
    // Small ones too, as probabilities of a thousand classes are.
    expect(() => compare("mobilenetv2-infer1", [1e-4, 2e-4], [1e-4, 2.01e-4])).toThrow("differ");
    expect(compare("train", [2.3, 2.2, 2.1], [2.3, 2.2004, 2.1])).toContain("within");
    expect(() => compare("train", [2.301, 2.2, 2.1], [2.3, 2.2, 2.1])).toThrow("differ");
    expect(() => compare("train", [2.3, 2.2, 2.1], [2.3, 2.21, 2.1])).toThrow("losses");
    expect(() => compare("train", [2.3], [2.3, 2.2, 2.1])).toThrow("losses");
  });
});

describe("the table", () => {
  it("aligns its columns", () => {
    expect(
      columns([
        ["a", "b", "c"],
        ["long", "", "1"],
        ["x", "y", "1,000"],
      ]),
    ).toBe(["a     b      c", "long         1", "x     y  1,000"].join("\n"));
  });

  it("shows three digits at least", () => {
    expect([12345.6, 99.96, 2.812, 0.01234].map(figure)).toEqual(["12,346", "100", "2.81", "0.0123"]);
  });

  it("has the fastest first, what failed last, and what there is to say below", () => {
    const failed: Row = { name: "c", label: "c", task: "train", notes: [], error: "no such kernel" };
    const lines = taskTable("train", [failed, row("a", 10, 3), row("b", 20, 2, { notes: ["eager"] })]).split("\n");
    expect(lines.slice(2, 5).map((line) => line[0])).toEqual(["b", "a", "c"]);
    expect(lines.slice(5, 7)).toEqual(["  [1] b : eager", "  [2] c : ERROR: no such kernel"]);
  });
});

describe("bars", () => {
  it("are set by the fastest of those that count", () => {
    const rows = [row("pytorch", 100, 2), row("pytorch", 150, 1.4, { version: "2" }), row("pytorch-compile", 300, 0.7)];
    expect(barLines(rows)).toEqual(["MISSED: train at least 1.5 times native PyTorch (eager): 1.40 times pytorch 2"]);
    expect(barLines([row("keras", 100, 2.5)])[0]).toMatch(/^met: train at least 2.5/);
    expect(barLines([{ name: "keras", label: "keras", task: "train", notes: [], error: "failed" }])).toEqual([]);
  });
});

describe("the error of a process that died", () => {
  it("is the line that names it", () => {
    const python =
      "Traceback (most recent call last):\n  File \"x.py\", line 1\nModuleNotFoundError: No module named 'torch'\n";
    expect(lastError(python)).toBe("ModuleNotFoundError: No module named 'torch'");
    const node = "file:///x.mjs:1\n\nTypeError: no\n    at x.mjs:1:1\n\nNode.js v24.0.0";
    expect(lastError(node)).toBe("TypeError: no");
    expect(lastError("Segmentation fault")).toBe("Segmentation fault");
    expect(lastError("")).toBeUndefined();
  });
});
