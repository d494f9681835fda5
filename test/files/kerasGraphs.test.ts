import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { layers, loadModel, modelFromBytes, modelFromJSON, modelFromSnapshot, Sequential } from "wasm-cnn";
import { readTfjs, writeTfjs } from "wasm-cnn/files/tfjs";
import { KERAS_FILES } from "./kerasFixtures.js";
import { expectOutputs, GRAPHS, graphCases, inputOf, targetOf } from "./kerasGraphs.js";

const FORMATS = ["keras", "h5"] as const;

describe.each(graphCases)("the graph %s, written by Keras", (name, expected) => {
  const load = (format: (typeof FORMATS)[number] = "keras") =>
    loadModel(`${GRAPHS}${name}.${format}`, { compile: true });

  it.each(FORMATS)("as .%s predicts and goes on training as there", async (format) => {
    const model = await load(format);
    expect(model.loadNotes).toEqual([]);
    await expectOutputs(model, expected, expected.y);
    await model.trainOnBatch(inputOf(model, expected), targetOf(model, expected));
    await expectOutputs(model, expected, expected.after);
  });

  it.each(FORMATS)("survives writing and reading as .%s, to the bit", async (format) => {
    const model = await load();
    const again = await modelFromBytes(await model.toBytes(format), format, { compile: true });
    const { progress: _, ...snapshot } = await model.snapshot();
    const { progress: __, ...copy } = await again.snapshot();
    expect(copy).toEqual(snapshot);
    await again.trainOnBatch(inputOf(again, expected), targetOf(again, expected));
    await expectOutputs(again, expected, expected.after);
  });

  it("survives TensorFlow.js' form, or is refused", async () => {
    const model = await load();
    if (model.layers.some(({ className }) => className === "Subtract")) {
      const snapshot = await model.snapshot();
      expect(() => writeTfjs(snapshot)).toThrow(/\n- subtract \(Subtract\): no such layer\n/);
      return;
    }
    const files = writeTfjs(await model.snapshot());
    const again = modelFromSnapshot(await readTfjs(async (path) => files.get(path)!));
    await again.trainOnBatch(inputOf(again, expected), targetOf(again, expected));
    await expectOutputs(again, expected, expected.after);
  });

  it("gives its weights to a model with the same layers", async () => {
    const model = await load();
    const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-"));
    await model.saveWeights(join(folder, "own.weights.h5"));
    await model.saveWeights(join(folder, "own.safetensors"));
    const theirs = ["weights.h5", "h5", "keras"].map((format) => `${GRAPHS}${name}.${format}`);
    for (const file of [...theirs, join(folder, "own.weights.h5"), join(folder, "own.safetensors")]) {
      const fresh = modelFromJSON(JSON.stringify(model));
      expect(await fresh.fingerprint()).not.toBe(await model.fingerprint());
      await fresh.loadWeights(file);
      expect(await fresh.fingerprint()).toBe(await model.fingerprint());
    }
  });

  it("is the same bytes each time", async () => {
    const [one, two] = await Promise.all([load(), load()]);
    for (const format of FORMATS) {
      const again = await modelFromBytes(await two.toBytes(format), format);
      if (format === "h5") expect(await again.toBytes(format)).toEqual(await one.toBytes(format));
      else
        expect(await two.toBytes(format, { includeOptimizer: false })).toEqual(
          await one.toBytes(format, { includeOptimizer: false }),
        );
    }
  });
});

describe("a graph that was read", () => {
  it("has training=false where the file has it, and writes it", async () => {
    const config = JSON.stringify((await loadModel(`${GRAPHS}tower.keras`)).toJSON());
    expect(config.match(/"training":false/g)).toHaveLength(1);
    const { layers } = await (await modelFromBytes(readFileSync(`${GRAPHS}tower.h5`))).snapshot();
    const encoder = layers.find(({ config }) => config.name === "encoder")!;
    expect(encoder.calls!.map(({ training }) => training)).toEqual([false, undefined]);
  });

  it("keeps which layers are frozen, models inside included", async () => {
    for (const format of FORMATS) {
      const model = await modelFromBytes(await (await loadModel(`${GRAPHS}tower.keras`)).toBytes(format));
      const encoder = model.getLayer("encoder") as typeof model;
      expect(encoder.getLayer("first").trainable).toBe(false);
      expect(encoder.getLayer("deep").trainable).toBe(true);
    }
  });

  it.each(FORMATS)(
    "goes on with the optimizer's state where a layer of a frozen base was thawed: %s",
    async (format) => {
      const base = new Sequential([
        layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [4, 4, 1], name: "first" }),
        layers.batchNormalization(),
        layers.conv2d({ filters: 2, kernelSize: 2, name: "last" }),
        layers.batchNormalization(),
      ]);
      const model = new Sequential([base, layers.flatten(), layers.dense({ units: 2 })], { seed: 1 });
      base.trainable = false;
      base.layers[0]!.trainable = true;
      model.compile({ optimizer: "adam", loss: "meanSquaredError" });
      const x = { data: Float32Array.from({ length: 96 }, (_, i) => Math.sin(i)), shape: [6, 4, 4, 1] };
      const y = { data: Float32Array.from({ length: 12 }, (_, i) => Math.cos(i)), shape: [6, 2] };
      await model.trainOnBatch(x, y);
      const again = await modelFromBytes(await model.toBytes(format));
      expect(await again.trainOnBatch(x, y)).toEqual(await model.trainOnBatch(x, y));
      expect(again.getWeights().map(({ data }) => data)).toEqual(model.getWeights().map(({ data }) => data));
    },
  );

  it("has its losses, their weights and its metrics by output", async () => {
    const { compiled } = await (await loadModel(`${GRAPHS}heads.keras`)).snapshot();
    expect(compiled!.loss).toEqual({ kind: "categorical_crossentropy", side: "categorical_crossentropy" });
    expect(compiled!.lossWeights).toEqual({ side: 0.5 });
    expect(compiled!.metrics).toEqual({ kind: ["accuracy"], side: [] });
    const tower = await (await loadModel(`${GRAPHS}tower.h5`)).snapshot();
    expect(tower.compiled!.lossWeights).toEqual({ head: 2 });
    expect(tower.compiled!.metrics).toEqual({ head: ["accuracy"], head_1: [] });
  });
});

const python = process.env.KERAS_PYTHON;

describe("the graphs that we write", () => {
  it.skipIf(!python)(
    "are read by real Keras (KERAS_PYTHON names a Python that has it)",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-"));
      for (const [name] of graphCases) {
        const model = await loadModel(`${GRAPHS}${name}.keras`);
        for (const format of FORMATS) await model.save(join(folder, `${name}.${format}`));
        await model.saveWeights(join(folder, `${name}.weights.h5`));
      }
      expect(execFileSync(python!, [join(KERAS_FILES, "checkGraphs.py"), folder], { encoding: "utf8" })).toContain(
        "reads them all",
      );
    },
    240_000,
  );
});
