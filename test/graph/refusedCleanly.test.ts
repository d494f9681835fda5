import { expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";

it("a chain that is refused gives its layers no weights and no calls", () => {
  const conv = layers.conv2d({ filters: 2, kernelSize: 3 });
  const misfit = layers.conv2d({ filters: 2, kernelSize: 9 });
  const first = layers.rescaling({ scale: 1, inputShape: [6, 6, 1] });
  expect(() => new Sequential([first, conv, misfit])).toThrow("expected an input of at least (9, 9)");
  expect(conv.getWeights()).toEqual([]);
  expect(first.calls).toEqual([]);
  // Free for an input of another shape.
  const model = new Sequential([layers.rescaling({ scale: 1, inputShape: [6, 6, 3] }), conv]);
  expect(model.getWeights()[0]!.shape).toEqual([3, 3, 3, 2]);
});

it("a model inside a model takes no input shape from a chain that is refused", async () => {
  const inner = new Sequential([layers.conv2d({ filters: 2, kernelSize: 3 })]);
  const outer = new Sequential([inner, layers.conv2d({ filters: 2, kernelSize: 9 })]);
  await expect(outer.predict({ data: new Float32Array(36), shape: [1, 6, 6, 1] })).rejects.toThrow(RangeError);
  expect(() => inner.countParams()).toThrow("expected a model that knows its input shape");
  await outer.predict({ data: new Float32Array(12 * 12 * 3), shape: [1, 12, 12, 3] });
  expect(inner.countParams()).toBe(3 * 3 * 3 * 2 + 2);
});
