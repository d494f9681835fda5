import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { errorLike } from "../errorLike.js";
import { type MaxPool2dForwardInputs, maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { loadVectors } from "../vectors/load.js";
import { expectLayer } from "./expectLayer.js";

interface Case extends Omit<MaxPool2dForwardInputs, "x"> {
  /** (samples, height, width, channels) */
  readonly x: readonly [number, number, number, number];
}

const CASES: Case[] = [
  { x: [5, 2, 2, 1], poolSize: [2, 2] },
  { x: [3, 5, 7, 3], poolSize: [1, 1] },
  { x: [2, 6, 4, 17], poolSize: [3, 4] },
  { x: [4, 9, 9, 4], poolSize: [3, 3], strides: [1, 1] },
  { x: [3, 9, 8, 6], poolSize: [2, 3], strides: [3, 1], padding: "same" },
  { x: [2, 5, 5, 9], poolSize: [4, 4], strides: [1, 2], padding: "same" },
  { x: [3, 13, 12, 32], poolSize: [2, 2] },
];

describe("maxPooling2d computes what Keras computes", () => {
  it.each(loadVectors("maxPooling2d"))("$name", async ({ poolSize, strides, padding, ...rest }) => {
    await expectLayer(layers.maxPooling2d({ poolSize, strides, padding }), rest);
  });
});

describe("maxPooling2d computes what the reference computes", () => {
  it.each(CASES.map((one, i) => [JSON.stringify(one), one, i] as const))("%s", async (_name, one, i) => {
    const { x: shape, ...options } = one;
    const values = random(i + 1);
    const x = values.distinct(shape);
    const { y, argmax } = maxPool2dForward({ x, ...options });
    const dy = values.tensor(y.shape);
    await expectLayer(layers.maxPooling2d(options), { x, dy, y, dx: maxPool2dBackward({ dy, argmax, xShape: shape }) });
  });

  it("gives the gradient of a tie to the first", async () => {
    const x = tensor([1, 2, 2, 1], [3, 3, 3, 3]);
    const dy = tensor([1, 1, 1, 1], [5]);
    await expectLayer(layers.maxPooling2d(), {
      ...{ x, dy, y: tensor([1, 1, 1, 1], [3]) },
      dx: tensor([1, 2, 2, 1], [5, 0, 0, 0]),
    });
  });

  it("finds maxima below zero, also at a padded edge", async () => {
    const x = tensor([1, 1, 3, 1], [-5, -7, -3e38]);
    const y = tensor([1, 1, 2, 1], [-5, -3e38]);
    const dy = tensor(y.shape, [1, 2]);
    const layer = layers.maxPooling2d({ poolSize: [1, 2], padding: "same" });
    await expectLayer(layer, { x, dy, y, dx: tensor(x.shape, [1, 0, 2]) });
  });
});

describe("maxPooling2d checks its options", () => {
  it("has Keras' defaults", () => {
    const config = { pool_size: [2, 2], strides: [2, 2], padding: "valid", data_format: "channels_last" };
    expect(layers.maxPooling2d().config()).toEqual(config);
    expect(layers.maxPooling2d({ poolSize: [3, 1] }).config()).toMatchObject({ pool_size: [3, 1], strides: [3, 1] });
  });

  it.each([
    [{ poolSize: 0 }, RangeError, "maxPooling2d.poolSize: expected an integer >= 1, got 0"],
    [{ poolSize: [2, 2, 2] }, RangeError, "maxPooling2d.poolSize: expected one integer or two, got [2, 2, 2]"],
    [{ strides: "2" }, TypeError, 'maxPooling2d.strides: expected an integer >= 1, got "2"'],
    [{ padding: "none" }, RangeError, 'maxPooling2d.padding: expected "valid" or "same", got "none"'],
    [
      { size: 2 },
      TypeError,
      "maxPooling2d: expected options among poolSize, strides, padding, name, inputShape, trainable, " + 'got "size"',
    ],
  ])("refuses %j", (options, kind, message) => {
    expect(() => layers.maxPooling2d(options as never)).toThrow(new kind(message));
  });

  it("refuses inputs that are no images or too small", () => {
    const build = (inputShape: number[]) => () => {
      new Sequential([layers.maxPooling2d({ poolSize: [3, 2], name: "p", inputShape })]);
    };
    expect(build([4])).toThrow(
      errorLike(
        RangeError,
        'layer "p": expected an input of shape (height, width, channels), got (4,); shapes: input_layer (4,)',
      ),
    );
    expect(build([2, 9, 1])).toThrow(
      errorLike(
        RangeError,
        'layer "p": expected an input of at least (3, 2), got (2, 9, 1); shapes: input_layer (2, 9, 1)',
      ),
    );
    expect(build([3, 2, 1])).not.toThrow();
  });
});
