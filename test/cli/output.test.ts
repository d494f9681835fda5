import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadModel } from "wasm-cnn";
import { writeMnistSample } from "./mnistSample.js";
import { finished, printed, runCli, startCli } from "./runCli.js";

let folder: string;
let temporary: string;
const path = (name: string) => join(folder, name);
const train = (...args: string[]) => ["train-mnist", "--data", path("mnist"), "--threads", "0", ...args];
const fingerprintIn = (stdout: string) => (JSON.parse(stdout) as { fingerprint: string }).fingerprint;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-output-"));
  temporary = path("temporary");
  mkdirSync(temporary);
  await writeMnistSample(path("mnist"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Trains, and takes the place of the output away when the first epoch has ended. */
async function trainWithout(place: string, args: readonly string[]) {
  const child = startCli(train(...args), { env: { TMPDIR: temporary } });
  const end = finished(child);
  await printed(child, "stderr", "Epoch 2/");
  rmSync(place, { recursive: true });
  writeFileSync(place, "");
  return end;
}

describe("train-mnist", { timeout: 120_000 }, () => {
  it.each([
    [
      "a folder",
      "folder.keras",
      /^wasm-cnn: --save: expected a place that can be written, got a folder at .*folder\.keras\n$/,
    ],
    [
      "a path through a file",
      "file/x.keras",
      /^wasm-cnn: --save: expected a folder that can be made, got E[A-Z]+: .*\n$/,
    ],
    ["a device", "null.keras", /^wasm-cnn: --save: expected a place that can be written, got a device at .*null\n$/],
  ])("refuses --save with %s before it reads any data", async (_, name, message) => {
    mkdirSync(path("folder.keras"), { recursive: true });
    writeFileSync(path("file"), "");
    if (!existsSync(path("null.keras"))) symlinkSync("/dev/null", path("null.keras"));
    const result = await runCli(["train-mnist", "--data", path("no-such"), "--save", path(name)]);
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  });

  it("refuses a place for checkpoints that can't be written before it reads any data", async () => {
    writeFileSync(path("file"), "");
    const result = await runCli(["train-mnist", "--data", path("no-such"), "--checkpoint", path("file")]);
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/^wasm-cnn: [^\n]*E[A-Z]+: /) });
  });

  it("makes the folders of --save, and leaves nothing else in them", async () => {
    const file = path("made/for/it.keras");
    const { code, stderr } = await runCli(train("--epochs", "1", "--quiet", "--save", file));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(dirname(file))).toEqual(["it.keras"]);
  });

  it("puts the model into a temporary file, and names it, if it can't be saved after all", async () => {
    const { code, stdout, stderr } = await trainWithout(path("gone"), [
      "--epochs",
      "3",
      "--json",
      "--save",
      path("gone/x.keras"),
    ]);
    expect(code).toBe(1);
    const saved = /^wasm-cnn: save: expected a place that can be written, got .*; the model is in (.*)$/m.exec(
      stderr,
    )![1]!;
    expect(saved.startsWith(temporary)).toBe(true);
    expect(await (await loadModel(saved)).fingerprint()).toBe(fingerprintIn(stdout));
  });

  it("puts a checkpoint that can't be written there, from where the training goes on", async () => {
    const args = ["--epochs", "4", "--json"];
    const whole = fingerprintIn((await runCli(train(...args))).stdout);
    const { code, stderr } = await trainWithout(path("lost"), [...args, "--checkpoint", path("lost")]);
    expect(code).toBe(1);
    const saved = /; the model is in (.*)$/m.exec(stderr)![1]!;
    expect(saved.startsWith(temporary)).toBe(true);
    const { stdout } = await runCli(train(...args, "--checkpoint", dirname(saved), "--resume"));
    expect(fingerprintIn(stdout)).toBe(whole);
  });
});
