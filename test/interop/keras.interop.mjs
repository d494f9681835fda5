import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "../../dist/index.js";
import { expectClose } from "../expectClose.ts";
import { tolerances } from "../tolerances.ts";
import { findPython } from "./python.mjs";

const { python, isThere } = findPython("keras", "tensorflow");

/** Models of TensorFlow.js, and what Keras has to find in them. */
const MODELS = {
  trained: { trainable: [true, true, true, true, true, true], initializer: "VarianceScaling", iterations: 3 },
  frozen: { trainable: [true, false, true, true, true, true], initializer: "VarianceScaling", iterations: 3 },
  windows: { trainable: [true, true, true, true, true], initializer: "GlorotUniform", iterations: null },
};

describe.skipIf(!isThere)("from TensorFlow.js by us to Keras", () => {
  let folder;
  let results;
  const fixture = (name, file) => fileURLToPath(new URL(`../files/tfjs/${name}/${file}`, import.meta.url));
  const predictions = (name) => JSON.parse(readFileSync(fixture(name, "predictions.json"), "utf8"));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "wasm-cnn-interop-"));
    for (const name of Object.keys(MODELS)) {
      const model = await loadModel(fixture(name, "model.json"));
      for (const ending of ["keras", "h5"]) {
        await model.save(join(folder, `${name}.${ending}`));
        writeFileSync(join(folder, `${name}.${ending}.json`), JSON.stringify(predictions(name).x));
      }
    }
    const script = fileURLToPath(new URL("loadKeras.py", import.meta.url));
    const output = execFileSync(python, [script, folder], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const json = JSON.parse(output.trim().split("\n").at(-1));
    console.log(json.versions);
    results = json.results;
  });
  afterAll(() => folder && rmSync(folder, { recursive: true }));

  it.each(Object.keys(MODELS).flatMap((name) => [`${name}.keras`, `${name}.h5`]))(
    "%s predicts what it did, optimizer and all",
    (file) => {
      const name = file.slice(0, file.indexOf("."));
      const { y, ...rest } = results[file];
      expectClose(y, predictions(name).y.data, tolerances.interop);
      expect(rest).toEqual(MODELS[name]);
    },
  );
});
