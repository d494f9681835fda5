import { describe, expect, it } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { type Note, Spy } from "../layers/contract/spy.js";

describe("shards", () => {
  it.each([
    { batchSize: 64, side: 6, expected: 8 },
    { batchSize: 70, side: 6, expected: 9 },
    { batchSize: 8, side: 6, expected: 1 },
    { batchSize: 3, side: 6, expected: 1 },
    // The input and three outputs of 100 x 100 floats are 160,000 bytes a sample: 3 of them stay below half a megabyte.
    { batchSize: 64, side: 100, expected: 3 },
  ])("follow from the batch size that was asked for: $batchSize, $side", async ({ batchSize, side, expected }) => {
    const notes: Note[] = [];
    const model = new Sequential([
      layers.rescaling({ scale: 1, inputShape: [side, side, 1] }),
      new Spy(notes),
      layers.flatten(),
      layers.dense({ units: 2, activation: "softmax" }),
    ]);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    const images = new Float32Array(5 * side * side);
    const classes = Float32Array.from({ length: 10 }, (_, i) => i % 2);
    // The batches are shorter than that, as a last batch may be.
    await model.fit(images, classes, { batchSize });
    await model.evaluate(images, classes, { batchSize });
    await model.predict(images, { batchSize });
    expect(notes.map(({ shardSamples }) => shardSamples)).toEqual([expected, expected, expected]);
  });
});
