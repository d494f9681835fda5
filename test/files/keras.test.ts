import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type BaseModel, loadModel, modelFromBytes, modelFromJSON } from "wasm-cnn";
import { tolerances } from "../tolerances.js";
import { KERAS_FILES, type KerasCase, kerasCases, kerasFile } from "./kerasFixtures.js";

const FORMATS = ["keras", "h5"] as const;

function expectPredictions(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  const { absolute } = tolerances.otherTools;
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(absolute);
}

async function expectModel(model: BaseModel, { x, shape, y, targets, after }: KerasCase): Promise<void> {
  const samples = { data: Float32Array.from(x), shape };
  expectPredictions((await model.predict(samples)).data, y);
  expect(model.optimizer?.className).toBe(after ? "RMSprop" : undefined);
  if (!after) return;
  await model.trainOnBatch(samples, { data: Float32Array.from(targets), shape: [shape[0]!, 3] });
  expectPredictions((await model.predict(samples)).data, after);
}

describe.each(kerasCases)("the network %s, written by Keras", (name, expected) => {
  it.each(FORMATS)("as .%s predicts and goes on training as there", async (format) => {
    await expectModel(await modelFromBytes(kerasFile(`${name}.${format}`)), expected);
    await expectModel(await loadModel(`${KERAS_FILES}${name}.${format}`, { format }), expected);
  });

  it.each(FORMATS)("survives writing and reading as .%s, to the bit", async (format) => {
    const model = await modelFromBytes(kerasFile(`${name}.keras`));
    const bytes = await model.toBytes(format);
    const again = await modelFromBytes(bytes);
    expect(await again.snapshot()).toEqual({ ...(await model.snapshot()), ...progressOf(await again.snapshot()) });
    expect(await again.fingerprint()).toBe(await model.fingerprint());
    expect(await again.toBytes(format)).toEqual(format === "keras" ? bytes : await model.toBytes(format));
    await expectModel(again, expected);
  });

  it("gives its weights to a model with the same layers", async () => {
    const model = await modelFromBytes(kerasFile(`${name}.keras`));
    for (const file of [`${name}.weights.h5`, `${name}.h5`, `${name}.keras`]) {
      const fresh = modelFromJSON(JSON.stringify(model));
      expect(await fresh.fingerprint()).not.toBe(await model.fingerprint());
      await fresh.loadWeights(KERAS_FILES + file);
      expect(await fresh.fingerprint()).toBe(await model.fingerprint());
    }
  });

  it("can be read without what compile was given", async () => {
    for (const format of FORMATS) {
      const model = await modelFromBytes(kerasFile(`${name}.${format}`), format, { compile: false });
      expect(model.optimizer).toBeUndefined();
      const { x, shape, y } = expected;
      expectPredictions((await model.predict({ data: Float32Array.from(x), shape })).data, y);
    }
  });
});

describe("an .h5 in the dialect of Keras 2", () => {
  it("predicts and goes on training as there", async () => {
    await expectModel(await modelFromBytes(kerasFile("image.keras2.h5")), Object.fromEntries(kerasCases).image!);
  });
});

/** An .h5 has no place for the seed. */
function progressOf({ progress }: { progress?: unknown }): object {
  return progress ? { progress } : {};
}

const python = process.env.KERAS_PYTHON;

describe("what we write", () => {
  it.skipIf(!python)(
    "is read by real Keras (KERAS_PYTHON names a Python that has it)",
    async () => {
      expect(existsSync(python!)).toBe(true);
      const folder = mkdtempSync(join(tmpdir(), "wasm-cnn-"));
      for (const [name] of kerasCases) {
        const model = await modelFromBytes(kerasFile(`${name}.keras`));
        for (const format of FORMATS) await model.save(join(folder, `${name}.${format}`));
        await model.saveWeights(join(folder, `${name}.weights.h5`));
      }
      expect(execFileSync(python!, [join(KERAS_FILES, "check.py"), folder], { encoding: "utf8" })).toContain(
        "reads them all",
      );
    },
    240_000,
  );
});
