import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { writeMnistSample } from "./mnistSample.js";
import { finished, printed, runCli, startCli } from "./runCli.js";

let folder: string;
let data: string;
let uninterrupted: string;
const checkpoint = () => join(folder, "checkpoints");
const args = () => [
  ...["train-mnist", "--data", data, "--epochs", "6", "--batch-size", "16", "--json", "--quiet", "--threads", "0"],
];
const resume = () => [...args(), "--checkpoint", checkpoint(), "--checkpoint-every", "1", "--resume"];

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "wasm-cnn-data-"));
  await writeMnistSample(data);
  const { stdout } = await runCli(args());
  uninterrupted = (JSON.parse(stdout) as { fingerprint: string }).fingerprint;
  return () => rmSync(data, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-kill-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("wasm-cnn train-mnist --checkpoint --resume", { timeout: 240_000 }, () => {
  it("ends with the same weights though killed at 20 instants, also while it writes", async () => {
    // It writes after each of its steps: most of the time it is writing.
    const newest = () => (existsSync(checkpoint()) ? readdirSync(checkpoint()).sort().at(-1) : undefined);
    let killed = 0;
    for (let kill = 0; kill < 20; kill++) {
      const before = newest();
      const child = startCli(resume());
      const end = finished(child);
      let ended = false;
      void end.then(() => {
        ended = true;
      });
      while (newest() === before && !ended) await setTimeout(1);
      await setTimeout((kill * 7) % 20);
      child.kill("SIGKILL");
      if ((await end).signal === "SIGKILL") killed++;
    }
    expect(killed).toBeGreaterThanOrEqual(15);
    const { code, stdout, stderr } = await runCli(resume());
    expect(stderr).not.toContain("Warning");
    expect({ code, print: (JSON.parse(stdout) as { fingerprint: string }).fingerprint }).toEqual({
      code: 0,
      print: uninterrupted,
    });
    // Nothing half-written is left.
    expect(readdirSync(checkpoint()).filter((name) => !/^checkpoint-\d{12}\.keras$/.test(name))).toEqual([]);
  });

  it("Ctrl-C leaves a checkpoint of the last step", async () => {
    const long = ["train-mnist", "--data", data, "--epochs", "40", "--batch-size", "16", "--threads", "0", "--json"];
    const whole = JSON.parse((await runCli([...long, "--quiet"])).stdout) as { fingerprint: string };
    const child = startCli([...long, "--checkpoint", checkpoint(), "--checkpoint-every", "1000000"]);
    const end = finished(child);
    await printed(child, "stderr", "Epoch 3/40");
    child.kill("SIGINT");
    const { code, stderr } = await end;
    expect(code).toBe(130);
    expect(stderr).toContain(`Saved in ${checkpoint()}; the same command with --resume goes on from there`);
    expect(readdirSync(checkpoint())).toEqual([expect.stringMatching(/^checkpoint-\d{12}\.keras$/)]);
    const { stdout } = await runCli([...long, "--quiet", "--checkpoint", checkpoint(), "--resume"]);
    expect((JSON.parse(stdout) as { fingerprint: string }).fingerprint).toBe(whole.fingerprint);
  });

  it("passes over a damaged checkpoint with a warning", async () => {
    await runCli([...args(), "--checkpoint", checkpoint(), "--checkpoint-every", "7"]);
    const newest = readdirSync(checkpoint()).sort().at(-1)!;
    truncateSync(join(checkpoint(), newest), 5_000);
    const { code, stdout, stderr } = await runCli(resume());
    expect(stderr).toContain(`Warning: ${newest} is passed over: .keras file: expected a zip archive`);
    expect(stderr).toContain("Resuming from checkpoint-");
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { fingerprint: string }).fingerprint).toBe(uninterrupted);
  });

  it("refuses to mix two trainings in a folder, and options that need a folder", async () => {
    await runCli([...args(), "--checkpoint", checkpoint()]);
    const before = readdirSync(checkpoint()).map((name) => readFileSync(join(checkpoint(), name)));
    const again = await runCli([...args(), "--checkpoint", checkpoint()]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("--checkpoint: expected a folder without checkpoints, got one with checkpoint-");
    expect(readdirSync(checkpoint()).map((name) => readFileSync(join(checkpoint(), name)))).toEqual(before);
    for (const option of [["--resume"], ["--checkpoint-every", "3"]]) {
      const { code, stderr } = await runCli([...args(), ...option]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `wasm-cnn: ${option[0]}: expected --checkpoint with a folder, got none\n`,
      });
    }
    const other = await runCli([...resume(), "--seed", "2", "--batch-size", "16"]);
    expect((JSON.parse(other.stdout) as { seed: number }).seed).toBe(1);
  });

  it("ends with a clear error where it cannot write, and keeps what is there", async () => {
    const { code, stderr } = await runCli([...args(), "--checkpoint", join(data, "train-images-idx3-ubyte", "x")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENOTDIR/);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  });

  it("a full disk: the error says so, and the older checkpoints are whole", async () => {
    // The system's limit on the size of files: what is written beyond it fails, as on a full disk.
    await runCli([...args(), "--epochs", "1", "--checkpoint", checkpoint()]);
    const before = readdirSync(checkpoint());
    const engine = ["/bin/sh", "-c", `ulimit -f 100; exec "$0" "$@"`, process.execPath] as const;
    const { code, stderr } = await runCli([...resume()], { engine });
    expect(code).toBe(1);
    expect(stderr).toMatch(/ModelCheckpoint: expected a place that can be written, got E(FBIG|NOSPC)/);
    expect(readdirSync(checkpoint())).toEqual(before);
    const { stdout } = await runCli(resume());
    expect((JSON.parse(stdout) as { fingerprint: string }).fingerprint).toBe(uninterrupted);
  });
});
