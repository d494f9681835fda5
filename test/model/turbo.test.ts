import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { engineCommand } from "../engines/engines.js";

const run = promisify(execFile);
const cwd = fileURLToPath(new URL("../..", import.meta.url));

/** Trains long enough that V8 compiles the products once more, which is when it makes wider vectors. */
const TRAINING = `
  const model = new Sequential([
    layers.conv2d({ filters: 32, kernelSize: 3, activation: "relu", inputShape: [16, 16, 16] }),
    layers.flatten(),
    layers.dense({ units: 10, activation: "softmax" }),
  ], { seed: 1 });
  model.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy", threads: 2 });
  const x = { data: Float32Array.from({ length: 64 * 4096 }, (_, i) => (i % 17) / 17), shape: [64, 16, 16, 16] };
  await model.fit(x, Float32Array.from({ length: 64 }, (_, i) => i % 10), { epochs: 12, batchSize: 32, verbose: 0 });
  console.log("weights " + await model.fingerprint() + " " + model.backendInfo().turbo);
  model.dispose();`;

async function script(engine: readonly string[], body: string): Promise<string> {
  const [command, ...args] = engine;
  const text = `import { backendInfo, init, layers, Sequential } from "wasm-cnn"; ${body}`;
  const { stdout } = await run(command!, [...args, "--input-type=module", "-e", text], { cwd, maxBuffer: 2 ** 28 });
  return stdout;
}

const isX64 = process.arch === "x64";

describe.each(["node24", "node26"] as const)("init({ turbo: true }) on %s", (name) => {
  const engine = engineCommand(name);

  it.runIf(engine && isX64)("widens vectors in all threads, and keeps every bit", async () => {
    const traced = [...engine!, "--trace-wasm-revectorize"];
    const plain = await script(traced, TRAINING);
    const turbo = await script(traced, `init({ turbo: true }); init({ turbo: true }); ${TRAINING}`);
    expect(plain).toMatch(/^weights [0-9a-f]{64} false$/m);
    expect(plain).not.toContain("Begin revec function");
    expect(turbo).toContain("Begin revec function");
    const weights = (text: string) => /weights ([0-9a-f]{64})/.exec(text)![1];
    expect(turbo).toMatch(/^weights [0-9a-f]{64} true$/m);
    expect(weights(turbo)).toBe(weights(plain));
  });

  it.runIf(engine && isX64)("is too late after kernels were compiled", async () => {
    const late = `${TRAINING} try { init({ turbo: true }); } catch (error) { console.log(error.message); }`;
    const expected = "init.turbo: expected a call before any model computes, got one after kernels were compiled";
    expect(await script(engine!, late)).toContain(expected);
  });
});

it("init({ turbo: true }) says where there are no wider vectors, and backendInfo does", async () => {
  const engine = engineCommand("node22");
  if (!engine) return;
  const body = `
    try { init({ turbo: true }); } catch (error) { console.log(error.message); }
    console.log(JSON.stringify(backendInfo()));`;
  const [message, info] = (await script(engine, body)).split("\n");
  const why = /needs Node 24 or newer, this is Node 22\.[\d.]+$/;
  expect(message).toMatch(/^init\.turbo: expected an engine that has 256-bit vectors, got one without: needs Node 24/);
  expect(message).toMatch(why);
  expect(JSON.parse(info!)).toMatchObject({ turbo: false, turboReason: expect.stringMatching(why) });
});
