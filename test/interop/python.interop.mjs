import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeOnnx } from "../../dist/files/onnx.js";
import { readSafetensors, writeSafetensors } from "../../dist/files/safetensors.js";
import { expectClose } from "../expectClose.ts";
import { NETWORKS, network, samplesFor } from "../files/networks.ts";
import { tolerances } from "../tolerances.ts";
import { findPython } from "./python.mjs";

const { python, isThere } = findPython("onnx", "onnxruntime", "safetensors");

describe.skipIf(!isThere)("Python", () => {
  const names = Object.keys(NETWORKS);
  const plain = ({ data, ...rest }) => ({ ...rest, data: [...data] });
  const written = new Map();
  let folder;
  let results;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "wasm-cnn-interop-"));
    for (const name of names) {
      const model = network(name);
      const weights = model.getWeights();
      written.set(name, weights);
      writeFileSync(join(folder, `${name}.onnx`), writeOnnx(await model.snapshot()));
      writeFileSync(join(folder, `${name}.safetensors`), writeSafetensors(weights));
      const expected = { x: plain(samplesFor(model, 3)), weights: weights.map(plain) };
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(expected));
    }
    const script = new URL("check.py", import.meta.url).pathname;
    const output = JSON.parse(execFileSync(python, [script, folder], { encoding: "utf8" }));
    console.log(output.versions);
    results = output.results;
  });
  afterAll(() => folder && rmSync(folder, { recursive: true }));

  it.each(names)("finds the ONNX file of the network %s right, and predicts what we do", async (name) => {
    const model = network(name);
    const expected = await model.predict(samplesFor(model, 3));
    expect(results[name].shape).toEqual(expected.shape);
    expectClose(results[name].data, expected.data, tolerances.interop);
  });

  it.each(names)("reads our safetensors of the network %s, and we read its own", (name) => {
    const back = new Map(
      readSafetensors(readFileSync(join(folder, `${name}.back.safetensors`))).map((w) => [w.name, w]),
    );
    expect(back.size).toBe(written.get(name).length);
    for (const weight of written.get(name)) expect(back.get(weight.name)).toEqual(weight);
  });
});
