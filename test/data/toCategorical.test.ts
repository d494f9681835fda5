import { describe, expect, it } from "vitest";
import { toCategorical } from "wasm-cnn";

describe("toCategorical", () => {
  it("sets a 1 in the column of each label", () => {
    expect(toCategorical([1, 0, 2], 4)).toEqual({
      data: Float32Array.of(0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0),
      shape: [3, 4],
    });
  });

  it("takes the largest label + 1 as the number of classes", () => {
    expect(toCategorical([0, 2]).shape).toEqual([2, 3]);
    expect(toCategorical([0])).toEqual({ data: Float32Array.of(1), shape: [1, 1] });
  });

  it.each([
    ["Uint8Array", Uint8Array.of(1, 0)],
    ["Int32Array", Int32Array.of(1, 0)],
    ["Float32Array", Float32Array.of(1, 0)],
    ["{ data, shape [n] }", { data: Uint8Array.of(1, 0), shape: [2] }],
    ["{ data, shape [n, 1] }", { data: [1, 0], shape: [2, 1] }],
  ])("takes %s and leaves it as it is", (_name, labels) => {
    const before = structuredClone(labels);
    expect(toCategorical(labels, 2)).toEqual({ data: Float32Array.of(0, 1, 1, 0), shape: [2, 2] });
    expect(labels).toEqual(before);
  });

  it("gives no rows for no labels", () => {
    expect(toCategorical([], 3)).toEqual({ data: new Float32Array(0), shape: [0, 3] });
    expect(() => toCategorical([])).toThrow(/at least one label or a number of classes/);
  });

  it.each([
    [10, /integer from 0 to 9, got 10 at index 2/],
    [-1, /got -1 at index 2/],
    [0.5, /got 0.5 at index 2/],
    [Number.NaN, /got NaN at index 2/],
    [Number.POSITIVE_INFINITY, /got Infinity at index 2/],
  ])("refuses the label %d by index and value", (label, message) => {
    expect(() => toCategorical([3, 4, label, 99], 10)).toThrow(RangeError);
    expect(() => toCategorical([3, 4, label, 99], 10)).toThrow(message);
    expect(() => toCategorical(Float64Array.of(3, 4, label), 10)).toThrow(message);
  });

  it("refuses a wrong label before it makes anything, also without a number of classes", () => {
    expect(() => toCategorical([1e15, -2])).toThrow(/integer of 0 or more, got -2 at index 1/);
  });

  it("refuses more numbers than memory holds", () => {
    expect(() => toCategorical([1e15])).toThrow(
      "toCategorical: expected at most 2^30 numbers, got 1 x 1000000000000001, as the largest label is 1000000000000000",
    );
    expect(() => toCategorical(new Uint8Array(2 ** 11), 2 ** 20)).toThrow(/got 2048 x 1048576$/);
  });

  it("refuses wrong classes and shapes", () => {
    for (const classes of [0, -3, 2.5, Number.NaN])
      expect(() => toCategorical([0], classes)).toThrow(/classes: expected an integer >= 1/);
    for (const shape of [[3], [1, 2], [2, 2], [2, 1, 1], []]) {
      expect(() => toCategorical({ data: [0, 1], shape }, 2)).toThrow(RangeError);
    }
  });

  it("refuses what are not labels", () => {
    for (const wrong of [
      null,
      undefined,
      3,
      "012",
      { length: 2 },
      { data: "01", shape: [2] },
      new DataView(new ArrayBuffer(2)),
    ]) {
      expect(() => toCategorical(wrong as unknown as number[], 3)).toThrow(TypeError);
    }
    expect(() => toCategorical(["1"] as unknown as number[], 3)).toThrow(/got "1" at index 0/);
    expect(() => toCategorical(BigInt64Array.of(1n) as unknown as number[], 3)).toThrow(/got 1 at index 0/);
  });
});
