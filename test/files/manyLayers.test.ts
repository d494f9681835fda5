import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { layers, loadModel, modelFromJSON, Sequential } from "wasm-cnn";

const many = (count: number) =>
  new Sequential([
    layers.dense({ units: 2, inputShape: [2] }),
    ...Array.from({ length: count - 1 }, () => layers.flatten()),
  ]);

it("a model of more than a thousand layers can be loaded from all that it can be saved as", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wasm-cnn-many-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const model = many(1_001);
  for (const name of ["many.keras", "many.h5", "model.json"]) {
    await model.save(join(folder, name));
    const again = await loadModel(join(folder, name));
    expect(again.layers.length).toBe(1_001);
    expect(await again.fingerprint()).toBe(await model.fingerprint());
  }
}, 120_000);

it("as many layers as a model may have, a file may have", () => {
  const model = many(5_000);
  expect(modelFromJSON(model.toJSON()).layers.length).toBe(5_000);
  expect(() => model.add(layers.flatten())).toThrow("Sequential: expected at most 5000 layers, got 5001");
  expect(model.layers.length).toBe(5_000);
});
