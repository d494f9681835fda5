import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { philox4x32 } from "../reference/philox.js";
import { inOrder, slice, smallData, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(64);

describe("shuffle", () => {
  it("false takes the samples in their order", async () => {
    const [fitted, stepped] = [smallModel(), smallModel()];
    await fitted.fit(slice(x, 0, 64), slice(y, 0, 64), { batchSize: 16, shuffle: false });
    for (let i = 0; i < 64; i += 16) await stepped.trainOnBatch(slice(x, i, i + 16), slice(y, i, i + 16));
    expect(weightsOf(fitted)).toEqual(weightsOf(stepped));
  });

  it("takes them in an order that follows from the seed and the epoch", async () => {
    const [fitted, stepped] = [smallModel({ seed: 5 }), smallModel({ seed: 5 })];
    await fitted.fit(slice(x, 0, 64), slice(y, 0, 64), { batchSize: 16, epochs: 2 });
    const orders = [0, 1].map((epoch) => shuffled(64, 5, epoch));
    expect(orders[0]).not.toEqual(orders[1]);
    for (const order of orders) {
      for (let i = 0; i < 64; i += 16) {
        const part = order.slice(i, i + 16);
        await stepped.trainOnBatch(inOrder(x, part), inOrder(y, part));
      }
    }
    expect(weightsOf(fitted)).toEqual(weightsOf(stepped));
  });

  it("takes each sample once, also where there are thousands", async () => {
    const count = 2500;
    const inputs = { data: Float32Array.from({ length: count }, (_, i) => i / count), shape: [count, 1] };
    const targets = { data: Float32Array.from({ length: 2 * count }, (_, i) => (i % 3) % 2), shape: [count, 2] };
    const make = () => {
      const model = new Sequential([layers.dense({ units: 2, activation: "softmax", inputShape: [1] })], { seed: 3 });
      model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
      return model;
    };
    const [fitted, stepped] = [make(), make()];
    await fitted.fit(inputs, targets, { batchSize: count });
    const order = shuffled(count, 3, 0);
    expect(new Set(order).size).toBe(count);
    await stepped.trainOnBatch(inOrder(inputs, order), inOrder(targets, order));
    expect(weightsOf(fitted)).toEqual(weightsOf(stepped));
  });
});

/** Fisher and Yates' shuffle from the end, from the words of the stream (purpose 2, epoch). */
function shuffled(count: number, seed: number, epoch: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1, used = 0; i > 0; i--, used++) {
    const word = philox4x32([Math.floor(used / 4), 2, epoch, 0], [seed, 0])[used % 4]!;
    const j = Number((BigInt(word) * BigInt(i + 1)) >> 32n);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
