import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EngineCommand, engineCommand } from "../engines/engines.js";
import { writeMnistSample } from "./mnistSample.js";
import { type CliResult, runCli } from "./runCli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "wasm-cnn-speed-"));
  await writeMnistSample(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** 8 epochs of 4 steps: V8 compiles what is called often once more, and only then fuses vectors. */
const train = (engine: EngineCommand, ...args: string[]): Promise<CliResult> =>
  runCli(["train-mnist", "--data", folder, "--epochs", "8", "--quiet", ...args], { engine });

const weightsOf = ({ stdout }: CliResult) => /weights: ([0-9a-f]{64})/.exec(stdout)?.[1];

const isX64 = process.arch === "x64";
const hasAvx2 = () => /\bavx2\b/.test(readFileSync("/proc/cpuinfo", "utf8"));

describe.each(["node24", "node26"] as const)("on %s", (name) => {
  const engine = engineCommand(name);

  it.runIf(engine && isX64)("--turbo reaches the compiler and keeps every bit", async () => {
    const traced: EngineCommand = [...engine!, "--trace-wasm-revectorize"];
    const [plain, turbo] = [await train(traced), await train(traced, "--turbo")];
    expect([plain.code, turbo.code]).toEqual([0, 0]);
    expect(weightsOf(plain)).toBeDefined();
    expect(weightsOf(turbo)).toBe(weightsOf(plain));
    expect(plain.stdout).not.toContain("Begin revec function");
    if (hasAvx2()) expect(turbo.stdout).toContain("Begin revec function");
  });

  it.runIf(engine && isX64)("--turbo says what it does, and --json tells of it", async () => {
    const args = ["train-mnist", "--data", folder, "--epochs", "1", "--turbo", "--relaxed", "--json"];
    const { code, stdout, stderr } = await runCli(args, { engine: engine! });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^--turbo: (experimental in V8, same results|changes nothing here)/);
    expect(JSON.parse(stdout)).toMatchObject({ turbo: true, relaxed: true });
  });

  it.runIf(engine)("--relaxed gives the same weights each time, and says that they are this machine's", async () => {
    const [first, second] = [await train(engine!, "--relaxed"), await train(engine!, "--relaxed")];
    expect(weightsOf(first)).toBeDefined();
    expect(weightsOf(second)).toBe(weightsOf(first));
    expect(first.stdout).toContain("(relaxed SIMD: other machines may give others)");
  });

  it.runIf(engine)("info has both", async () => {
    const { stdout } = await runCli(["info", "--json"], { engine: engine! });
    expect(JSON.parse(stdout)).toMatchObject({ relaxedSimd: true, turbo: { available: isX64 } });
  });
});

describe("--turbo is refused", () => {
  const major = Number.parseInt(process.versions.node, 10);
  const engines: [name: string, engine: EngineCommand | undefined][] = [
    ["Node that runs the tests", major < 24 ? [process.execPath] : undefined],
    ["Node 22", engineCommand("node22")],
    ["Deno", engineCommand("deno")],
    ["Bun", engineCommand("bun")],
  ];

  describe.each(engines)("on %s", (name, engine) => {
    it.runIf(engine)("with one line and code 2", async () => {
      const { code, stdout, stderr } = await train(engine!, "--turbo");
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^wasm-cnn: --turbo: needs Node 24 or newer, this is (Node|Deno|Bun) [\d.]+\n$/);
      expect(stderr).toContain(`this is ${name.split(" ")[0]} `);
      const info = JSON.parse((await runCli(["info", "--json"], { engine: engine! })).stdout);
      expect(info.turbo.available).toBe(false);
    });
  });
});

it.runIf(process.versions.node.startsWith("20."))("--relaxed is refused where there is no relaxed SIMD", async () => {
  const { code, stdout, stderr } = await train([process.execPath], "--relaxed");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^wasm-cnn: compile\.relaxed: expected an engine with relaxed SIMD, got one without; .*\n$/);
});
