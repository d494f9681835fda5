import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeOnnx } from "../../dist/files/onnx.js";
import { readSafetensors, writeSafetensors } from "../../dist/files/safetensors.js";
import { expectClose } from "../expectClose.ts";
import { NETWORKS, network, samplesFor } from "../files/networks.ts";
import { ONNX_CASES } from "../files/onnxCases.ts";
import { tolerances } from "../tolerances.ts";
import { findPython } from "./python.mjs";

const { python, isThere } = findPython("onnx", "onnxruntime", "safetensors");

describe.skipIf(!isThere)("Python", () => {
  const names = Object.keys(NETWORKS);
  const plain = ({ data, ...rest }) => ({ ...rest, data: [...data] });
  const written = new Map();
  let folder;
  let results;
  let checked;
  let cases = 0;

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
    for (const [name, makers] of Object.entries(ONNX_CASES)) {
      for (const [i, make] of makers.entries()) {
        const snapshot = await make().snapshot();
        for (const layout of ["nhwc", "nchw"]) {
          writeFileSync(join(folder, `${name}.${i}.${layout}.onnx`), writeOnnx(snapshot, { layout }));
          cases++;
        }
      }
    }
    const script = new URL("check.py", import.meta.url).pathname;
    const output = JSON.parse(execFileSync(python, [script, folder], { encoding: "utf8" }));
    console.log(output.versions);
    ({ results, checked } = output);
  });
  afterAll(() => folder && rmSync(folder, { recursive: true }));

  it.each(names)("finds the ONNX file of the network %s right, and predicts what we do", async (name) => {
    const model = network(name);
    const expected = await model.predict(samplesFor(model, 3));
    expect(results[name].shape).toEqual(expected.shape);
    expectClose(results[name].data, expected.data, tolerances.interop);
  });

  it("finds the ONNX files of all layers right", () => {
    expect(checked).toBe(names.length + cases);
  });

  it.each(names)("reads our safetensors of the network %s, and we read its own", (name) => {
    const back = new Map(
      readSafetensors(readFileSync(join(folder, `${name}.back.safetensors`))).map((w) => [w.name, w]),
    );
    expect(back.size).toBe(written.get(name).length);
    for (const weight of written.get(name)) expect(back.get(weight.name)).toEqual(weight);
  });
});
