import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const script = `
  const missing = ["TextDecoder", "FinalizationRegistry", "WeakRef", "MessageChannel"];
  for (const name of missing) delete globalThis[name];
  const { layers, Sequential } = await import("wasm-cnn");
  const left = missing.filter((name) => name in globalThis);
  const model = new Sequential([layers.dense({ units: 3, activation: "softmax", inputShape: [4] })], { seed: 1 });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: THREADS });
  await model.fit(new Float32Array(400), new Float32Array(300).fill(1 / 3));
  const { shape } = await model.predict(new Float32Array(400));
  model.dispose();
  console.log(JSON.stringify({ left, shape }));
`;

describe("without TextDecoder, FinalizationRegistry, WeakRef and MessageChannel", () => {
  it.each([
    ["in Node", [], 2],
    ["as in browsers", ["--conditions=browser"], 0],
  ] as const)("the library is imported, and models work (%s)", async (_where, args, threads) => {
    const code = script.replace("THREADS", String(threads));
    const { stdout } = await promisify(execFile)(process.execPath, [...args, "--input-type=module", "--eval", code]);
    expect(JSON.parse(stdout)).toEqual({ left: [], shape: [100, 3] });
  });
});
