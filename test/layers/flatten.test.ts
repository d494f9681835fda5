import { describe, expect, it } from "vitest";
import { layers } from "wasm-cnn";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { expectLayer } from "./expectLayer.js";

describe("flatten", () => {
  it.each([[[5, 1]], [[3, 7]], [[4, 2, 3]], [[2, 3, 5, 7]]])("%j keeps the order in memory", async (shape) => {
    const values = random(shape.length);
    const x = values.tensor(shape);
    const flat = [shape[0]!, x.data.length / shape[0]!];
    const dy = values.tensor(flat);
    await expectLayer(layers.flatten(), { x, dy, y: tensor(flat, x.data), dx: tensor(shape, dy.data) });
  });

  it("checks its options", () => {
    expect(layers.flatten().config()).toEqual({ data_format: "channels_last" });
    expect(() => layers.flatten({ dataFormat: "channels_last" } as never)).toThrow(
      new TypeError('flatten: expected options among name, inputShape, trainable, got "dataFormat"'),
    );
  });
});
