import { copyFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeMnistSample } from "./mnistSample.js";
import { type CliOptions, fakeTerminal, finished, printed, runCli, startCli } from "./runCli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wasm-cnn-cli-"));
  await writeMnistSample(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains on the sample of 256 images: 4 steps an epoch. */
const train = (args: string[], options?: CliOptions) => runCli(["train-mnist", "--data", folder, ...args], options);
const epochLine = /^4\/4 - \d+s - \d+[mu]?s\/step - accuracy: \d\.\d{4} - loss: \d+\.\d{4}$/;
const testLine = /^Test accuracy: [\d.]+ - test loss: [\d.e+-]+$/;
const trainingLine = /^Training: \d+\.\d s, [\d,]+ training images\/s$/;

describe("wasm-cnn train-mnist", () => {
  it("prints the summary, a line an epoch and the results", async () => {
    const { code, stdout, stderr } = await train(["--epochs", "2"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("93,322");
    const lines = stdout.trimEnd().split("\n").slice(-7);
    expect(lines).toEqual([
      "Epoch 1/2",
      expect.stringMatching(epochLine),
      "Epoch 2/2",
      expect.stringMatching(epochLine),
      expect.stringMatching(testLine),
      expect.stringMatching(trainingLine),
      expect.stringMatching(/^Seed: 1, weights: [0-9a-f]{64}$/),
    ]);
    expect(stdout).not.toContain("\r");
    expect(stdout).not.toContain("\x1b");
  });

  it("--quiet prints only the results", async () => {
    const { stdout, stderr } = await train(["--epochs", "1", "--quiet"]);
    expect(stderr).toBe("");
    expect(stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(testLine),
      expect.stringMatching(trainingLine),
      expect.stringMatching(/^Seed: 1, weights: /),
    ]);
  });

  it("--json prints one object on stdout and everything else on stderr", async () => {
    const { code, stdout, stderr } = await train(["--epochs", "2", "--seed", "3", "--json"]);
    expect(code).toBe(0);
    expect(stdout.trimEnd()).not.toContain("\n");
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual([
      "testAccuracy",
      "testLoss",
      "epochs",
      "seconds",
      "imagesPerSecond",
      "threads",
      "recipe",
      "seed",
      "fingerprint",
      "node",
      "wasmCnn",
    ]);
    expect(result).toMatchObject({
      recipe: "tutorial",
      seed: 3,
      node: process.versions.node,
      epochs: [{ epoch: 1 }, { epoch: 2 }],
    });
    expect(result.testAccuracy * 128).toBeCloseTo(Math.round(result.testAccuracy * 128), 4);
    expect(result.imagesPerSecond).toBeCloseTo(512 / result.seconds, 6);
    for (const { loss, accuracy, seconds } of result.epochs) {
      expect(loss).toBeGreaterThan(0);
      expect(accuracy).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThan(0);
    }
    expect(stderr).toContain("Epoch 2/2\n");
    expect(stderr).toContain("Test accuracy: ");
  });

  it("--limit trains on the first images and tests on all", async () => {
    const { stdout, stderr } = await train(["--epochs", "1", "--limit", "100", "--batch-size", "50", "--json"]);
    const result = JSON.parse(stdout);
    expect(stderr).toMatch(/^2\/2 - /m);
    expect(stderr).not.toContain("Epoch 1/1");
    expect(result.imagesPerSecond).toBeCloseTo(100 / result.seconds, 6);
  });

  it("gives the same weights for the same seed in separate processes, and others for another", async () => {
    const fingerprint = async (seed: string) =>
      JSON.parse((await train(["--epochs", "1", "--limit", "128", "--seed", seed, "--json"])).stdout).fingerprint;
    const first = await fingerprint("7");
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await fingerprint("7")).toBe(first);
    expect(await fingerprint("8")).not.toBe(first);
  });
});

describe("wasm-cnn train-mnist on a terminal", () => {
  const run = (env: Record<string, string>) => train(["--epochs", "1"], { preload: fakeTerminal, env });

  it("redraws one line in Keras' colours", async () => {
    const { stdout } = await run({});
    const bar = `\x1b[32m${"━".repeat(20)}\x1b[0m\x1b[37m\x1b[0m`;
    expect(stdout).toContain(`\r\x1b[1m4/4\x1b[0m ${bar} \x1b[1m`);
    expect(stdout).toMatch(/step - accuracy: \d\.\d{4} - loss: \d\.\d{4} *\nTest accuracy/);
  });

  it("uses no colours with NO_COLOR", async () => {
    const { stdout } = await run({ NO_COLOR: "1" });
    expect(stdout).toMatch(/\r4\/4 ━{20} \d+s /);
    expect(stdout).not.toContain("\x1b");
  });

  it.each([{ CI: "true" }, { TERM: "dumb" }])("prints plain lines with %j", async (env) => {
    const { stdout } = await run(env);
    expect(stdout).toMatch(/^4\/4 - /m);
    expect(stdout).not.toContain("\r");
    expect(stdout).not.toContain("\x1b");
  });
});

describe("wasm-cnn train-mnist refuses", () => {
  const expectOneLine = (stderr: string, part: string) => {
    expect(stderr).toMatch(/^wasm-cnn: [^\n]+\n$/);
    expect(stderr).toContain(part);
  };

  it("a folder without the files", async () => {
    const { code, stdout, stderr } = await runCli(["train-mnist", "--data", join(folder, "missing")]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expectOneLine(stderr, join(folder, "missing"));
  });

  it("more images than there are", async () => {
    const { code, stdout, stderr } = await train(["--limit", "257"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expectOneLine(stderr, "--limit: expected at most 256, the number of training images, got 257");
  });

  describe("damaged files", () => {
    let damaged: string;
    beforeAll(async () => {
      damaged = join(folder, "damaged");
      await writeMnistSample(damaged, 8, 8);
    });

    it.each([
      ["a truncated file", (path: string) => truncate(path, 1000)],
      ["an empty file", (path: string) => truncate(path, 0)],
      ["something else", (path: string) => writeFile(path, "<html>404</html>")],
      ["the labels of the test images", (path: string) => copyFile(join(damaged, "t10k-labels-idx1-ubyte"), path)],
    ])("%s", async (_, damage) => {
      await damage(join(damaged, "train-images-idx3-ubyte"));
      const { code, stdout, stderr } = await runCli(["train-mnist", "--data", damaged]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expectOneLine(stderr, "train-images-idx3-ubyte");
    });
  });

  it("with a stack trace only for DEBUG=wasm-cnn", async () => {
    const { code, stderr } = await train(["--limit", "257"], { env: { DEBUG: "other,wasm-cnn" } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/\n +at .*mnistData/);
  });
});

describe("Ctrl-C", () => {
  it("stops the training and prints what was reached", async () => {
    const child = startCli(["train-mnist", "--data", folder, "--epochs", "10000"]);
    const result = finished(child);
    await printed(child, "stdout", "Epoch 3/10000");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await result;
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    const line =
      /\nInterrupted in epoch \d+\/10000 after step [1-4]\/4 - accuracy: \d\.\d{4} - loss: [\d.e-]+\nTraining: /;
    expect(stdout).toMatch(line);
    expect(stdout).not.toContain("Test accuracy");
  });

  it("with --json prints the object without test figures", async () => {
    const child = startCli(["train-mnist", "--data", folder, "--epochs", "10000", "--json"]);
    const result = finished(child);
    await printed(child, "stderr", "Epoch 3/10000");
    child.kill("SIGINT");
    const { code, stdout } = await result;
    expect(code).toBe(130);
    const object = JSON.parse(stdout);
    expect(object).toMatchObject({ interrupted: true, reached: { epoch: expect.any(Number) } });
    expect(object.epochs.length).toBeGreaterThanOrEqual(2);
    expect(object).not.toHaveProperty("testAccuracy");
    expect(object).not.toHaveProperty("testLoss");
  });

  it("leaves the unfinished line on a terminal", async () => {
    const child = startCli(["train-mnist", "--data", folder, "--epochs", "10000"], { preload: fakeTerminal });
    const result = finished(child);
    await printed(child, "stdout", "Epoch 3/10000");
    child.kill("SIGINT");
    expect((await result).stdout).toMatch(/[^\n]\nInterrupted/);
  });

  it("kills at once the second time", async () => {
    const deaf = 'AbortController.prototype.abort = () => console.error("first");';
    const child = startCli(["train-mnist", "--data", folder, "--epochs", "10000"], { preload: deaf });
    const result = finished(child);
    await printed(child, "stdout", "Epoch 1/10000");
    child.kill("SIGINT");
    await printed(child, "stderr", "first");
    child.kill("SIGINT");
    expect(await result).toMatchObject({ code: null, signal: "SIGINT" });
  });
});

it("train-mnist ends quietly when the reader of its output goes", async () => {
  const child = startCli(["train-mnist", "--data", folder, "--epochs", "10000"]);
  const result = finished(child);
  await printed(child, "stdout", "Epoch 1/10000");
  child.stdout?.destroy();
  expect(await result).toMatchObject({ code: 0, stderr: "" });
});
