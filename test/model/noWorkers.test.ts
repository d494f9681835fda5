import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** Fits with 2 threads and with "auto" where Node may start no workers; prints what comes of it. */
const script = `
  import { backendInfo, layers, Sequential } from "wasm-cnn";
  const [x, y] = [new Float32Array(400 * 2000), new Float32Array(3 * 2000).fill(1 / 3)];
  const results = [];
  for (const threads of [2, "auto"]) {
    const model = new Sequential(
      [layers.dense({ units: 600, inputShape: [400] }), layers.dense({ units: 3, activation: "softmax" })],
      { seed: 1 },
    );
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
    const before = JSON.stringify(await model.snapshot());
    const error = await model.fit(x, y).then(() => undefined, ({ message }) => message);
    const changed = before !== JSON.stringify(await model.snapshot());
    results.push({ error, changed, reason: model.backendInfo().reason });
  }
  console.log(JSON.stringify([...results, backendInfo().threads]));
`;

it("a number of threads that cannot be had is an error in Node, before anything changes; auto says why", async () => {
  const [major] = process.versions.node.split(".").map(Number) as [number];
  const permission = major < 23 ? "--experimental-permission" : "--permission";
  const args = [permission, "--allow-fs-read=*", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [fixed, auto, threads] = JSON.parse(stdout);
  const refusal =
    /^threads: expected worker threads that start, got none; worker\.js: .*restricted.*; text: .*restricted/;
  expect(fixed).toEqual({
    error: expect.stringMatching(new RegExp(`${refusal.source}.*; compile with threads "auto" or 0 to go on`)),
    changed: false,
    reason: expect.stringMatching(refusal),
  });
  expect(auto.changed).toBe(true);
  expect(auto.error).toBeUndefined();
  // With one core there is nothing to start.
  if (auto.reason !== undefined) expect(auto.reason).toMatch(refusal);
  expect(threads).toBe(0);
});
