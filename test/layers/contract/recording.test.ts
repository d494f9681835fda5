import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { random } from "../../reference/random.js";
import { runLayer } from "../harness.js";
import { type Note, Spy } from "./spy.js";

describe("a layer that is recorded is told", () => {
  const notesOf = async (trainable: boolean, data: Float32Array | Uint8Array) => {
    const notes: Note[] = [];
    const first = layers.dense({ units: 2, activation: "relu", trainable });
    const last = layers.dense({ units: 2, activation: "softmax" });
    const model = new Sequential([new Spy(notes), first, new Spy(notes), last, new Spy(notes)]);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    await model.predict({ data, shape: [1, 3] });
    await model.trainOnBatch(data, [[1, 0]]);
    return notes;
  };

  it.each([Float32Array.of(1, 2, 3), Uint8Array.of(1, 2, 3)])(
    "its place, the mode, and whether a gradient of its input is wanted: %o",
    async (data) => {
      const notes = (await notesOf(true, data)).slice(-3);
      expect(notes).toEqual([
        { position: 0, training: true, shardSamples: 1, wantsGradient: false },
        { position: 2, training: true, shardSamples: 1, wantsGradient: true },
        { position: 4, training: true, shardSamples: 1, wantsGradient: true },
      ]);
    },
  );

  it("that none is wanted behind layers that are frozen, and that nothing is trained in predict", async () => {
    const notes = await notesOf(false, Float32Array.of(1, 2, 3));
    expect(notes.map(({ training }) => training)).toEqual([false, false, false, true, true, true]);
    expect(notes.slice(-3).map(({ wantsGradient }) => wantsGradient)).toEqual([false, false, true]);
  });
});

describe("gradients of weights", () => {
  it("are summed in 8 slots, shard after shard, and then the slots in their order", async () => {
    const samples = 21;
    const values = random(1);
    const [x, dy] = [values.tensor([samples, 1]), values.tensor([samples, 3])];
    const { dweights } = await runLayer(layers.dense({ units: 3 }), { x, dy, shardSamples: 1 });
    const expected = [0, 1, 2].map((unit) => {
      const slots = new Float32Array(8);
      for (let n = 0; n < samples; n++) slots[n % 8]! += dy.data[3 * n + unit]!;
      return slots.reduce((sum, slot) => Math.fround(sum + slot));
    });
    expect([...dweights[1]!]).toEqual(expected);
    const inOne = [0, 1, 2].map((unit) => {
      const all = dy.data.filter((_, i) => i % 3 === unit);
      return all.reduce((sum, value) => Math.fround(sum + value));
    });
    expect(inOne, "the order matters for this data").not.toEqual(expected);
  });
});
