import { expect, it } from "vitest";
import { layers, modelFromBytes, optimizers, ProgramBuilder, Sequential } from "wasm-cnn";
import { ModelState } from "../../dist/engine/memory/state.js";
import { Weight as EngineWeight } from "../../dist/engine/program/weight.js";

const x = { shape: [6, 3], data: Float32Array.from({ length: 18 }, (_, i) => Math.sin(i)) };
const y = { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)) };

it("Adafactor goes on from a file as if nothing had happened", async () => {
  const model = new Sequential([
    layers.dense({ units: 4, activation: "tanh", inputShape: [3] }),
    layers.dense({ units: 2 }),
  ]);
  model.compile({ optimizer: new optimizers.Adafactor({ learningRate: 0.05 }), loss: "mse" });
  for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y);
  const again = await modelFromBytes(await model.toBytes("keras"));
  for (let i = 0; i < 2; i++) await model.trainOnBatch(x, y);
  for (let i = 0; i < 2; i++) await again.trainOnBatch(x, y);
  expect(again.getWeights().map(({ data }) => data)).toEqual(model.getWeights().map(({ data }) => data));
});

it("Adafactor changes whole weights only after all have been kept", async () => {
  const optimizer = new optimizers.Adafactor();
  await optimizer.load();
  const weight = new EngineWeight("w", [3, 4], true);
  const { parameters, gradients, optimizerSlots, trainable } = new ModelState([weight], 3);
  const program = new ProgramBuilder(true, 1);
  optimizer.record(program, { parameters, gradients, slots: optimizerSlots, weights: trainable });
  const { update } = program.finish();
  expect(update.map(({ unit, calls }) => [unit, calls.length])).toEqual([
    ["block", 0],
    ["call", 1],
  ]);
});
