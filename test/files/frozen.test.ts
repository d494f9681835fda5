import { expect, it } from "vitest";
import { modelFromBytes } from "wasm-cnn";
import { smallData, smallModel } from "../model/small.js";

it.each(["keras", "h5"] as const)(
  "a layer that is frozen after compile leaves the optimizer's state behind: %s",
  async (format) => {
    const { x, y } = smallData(20);
    const model = smallModel();
    await model.fit(x, y);
    const sizes = async (of = model) =>
      (await of.snapshot()).compiled?.state?.slots[0]?.values.map(({ length }) => length);
    expect(await sizes()).toEqual([36, 4, 80, 5, 15, 3]);
    model.layers[1]!.trainable = false;
    expect(await sizes()).toBeUndefined();
    const again = await modelFromBytes(await model.toBytes(format));
    expect(again.layers[1]!.trainable).toBe(false);
    expect(await again.fingerprint()).toBe(await model.fingerprint());
    model.layers[1]!.trainable = true;
    expect(await sizes()).toEqual([36, 4, 80, 5, 15, 3]);
  },
);
