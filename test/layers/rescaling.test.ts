import { describe, expect, it } from "vitest";
import { input, layers } from "wasm-cnn";
import { random } from "../reference/random.js";
import { rescalingBackward, rescalingForward } from "../reference/rescaling.js";
import { loadVectors } from "../vectors/load.js";
import { expectLayer } from "./expectLayer.js";

describe("rescaling computes what Keras computes", () => {
  it.each(loadVectors("rescaling"))("$name", async ({ scale, offset, ...rest }) => {
    await expectLayer(layers.rescaling({ scale, offset }), rest);
  });
});

describe("rescaling with a number for each channel computes what Keras computes", () => {
  it.each(loadVectors("rescalingPerChannel"))("$name", async ({ scale, offset, ...rest }) => {
    await expectLayer(layers.rescaling({ scale, offset }), rest);
  });

  it("refuses another number of channels", () => {
    const x = input({ shape: [4, 5] });
    expect(() => layers.rescaling({ scale: [1, 2, 3] }).apply(x)).toThrow(
      "expected an input whose last axis has 3 indices, got (4, 5)",
    );
  });
});

describe("rescaling computes what the reference computes", () => {
  it.each([
    { shape: [5, 1], scale: 0 },
    { shape: [3, 5], scale: 2, offset: -1 },
    { shape: [2, 3, 4, 3], scale: -1 / 3, offset: 0.5 },
    { shape: [4, 33], scale: 1 / 255 },
  ])("$shape $scale $offset", async ({ shape, scale, offset }) => {
    const values = random(shape.length);
    const x = values.tensor(shape);
    const dy = values.tensor(shape);
    const options = { scale, ...(offset !== undefined && { offset }) };
    const expected = { y: rescalingForward({ x, ...options }), dx: rescalingBackward({ dy, scale }) };
    await expectLayer(layers.rescaling(options), { x, dy, ...expected });
  });
});

describe("rescaling checks its options", () => {
  it("has Keras' defaults", () => {
    expect(layers.rescaling({ scale: 2 }).config()).toEqual({ scale: 2, offset: 0 });
  });

  it.each([
    [{}, TypeError, "rescaling.scale: expected a number, got undefined"],
    [{ scale: Number.NaN }, RangeError, "rescaling.scale: expected a finite number, got NaN"],
    [{ scale: 1, offset: "0" }, TypeError, 'rescaling.offset: expected a number, got "0"'],
    [
      { scale: 1, shift: 0 },
      TypeError,
      'rescaling: expected options among scale, offset, name, inputShape, trainable, got "shift"',
    ],
  ])("refuses %j", (options, kind, message) => {
    expect(() => layers.rescaling(options as never)).toThrow(new kind(message));
  });
});
