import { describe, expect, it } from "vitest";
import { fromPixels, type Sample, stack } from "wasm-cnn";

const image = (value: number) => ({ data: new Uint8ClampedArray(2 * 3 * 4).fill(value), width: 3, height: 2 });

describe("stack", () => {
  it("makes a batch of images, of numbers, of typed arrays and of nested ones", () => {
    const images = stack([fromPixels(image(1), { channels: 4 }), fromPixels(image(2), { channels: 4 })]);
    expect(images.shape).toEqual([2, 2, 3, 4]);
    expect(images.data).toBeInstanceOf(Uint8Array);
    expect([images.data[0], images.data.at(-1)]).toEqual([1, 2]);
    expect(stack([1, 2.5])).toEqual({ data: Float32Array.of(1, 2.5), shape: [2] });
    expect(stack([Uint8Array.of(1, 2), Uint8Array.of(3, 4)])).toEqual({
      data: Uint8Array.of(1, 2, 3, 4),
      shape: [2, 2],
    });
    expect(stack([Uint8Array.of(1), Float64Array.of(0.5)])).toEqual({ data: Float32Array.of(1, 0.5), shape: [2, 1] });
    expect(stack([[[1, 2]], [[3, 4]]])).toEqual({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 1, 2] });
  });

  it.each<[readonly Sample[], string]>([
    [[], "stack: expected at least one sample, got none"],
    [[1, [1]], "stack: expected samples of one shape, (), got (1,) at index 1"],
    [[[1, [2]]], "stack: index 0: expected arrays of one length, got others at [1]"],
    [[{ data: [1], shape: [2] }], "stack: index 0: expected 2 numbers for shape (2,), got 1"],
    [["a" as never], 'stack: index 0: expected a number, numbers or { data, shape }, got "a"'],
  ])("refuses what does not go together (%#)", (samples, message) => {
    expect(() => stack(samples)).toThrow(message);
  });
});
