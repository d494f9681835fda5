import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { finished, runCli, startCli } from "./runCli.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

describe("wasm-cnn", () => {
  it("--version prints the version of the package", async () => {
    expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("--help names the commands and the exit codes", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const word of ["train-mnist", "demo", "summary", "info", "Exit codes", "NO_COLOR"])
      expect(stdout).toContain(word);
  });

  it("train-mnist --help names every option with its default", async () => {
    const { code, stdout } = await runCli(["train-mnist", "--help"]);
    expect(code).toBe(0);
    const text = stdout.replace(/\s+/g, " ");
    for (const option of [
      "--recipe",
      "--epochs",
      "--batch-size",
      "--seed",
      "--threads",
      "--relaxed",
      "--turbo",
      "--data",
      "--limit",
      "--json",
      "--quiet",
    ]) {
      expect(text).toContain(option);
    }
    for (const value of ['"tutorial"', "1", '"auto"']) expect(text).toContain(`(default: ${value})`);
  });

  it("without a command shows the help on stderr and fails", async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: wasm-cnn");
  });

  it.each([
    [["--wrong"], "unknown option '--wrong'"],
    [["tarin"], "unknown command 'tarin'"],
    [["train-mnist", "--epoch", "3"], "unknown option '--epoch' (Did you mean --epochs?)"],
    [["train-mnist", "more"], "too many arguments for 'train-mnist'. Expected 0 arguments but got 1."],
    [["train-mnist", "--epochs"], "option '--epochs <n>' argument missing"],
    [["train-mnist", "--epochs", "0"], '--epochs: expected an integer >= 1, got "0"'],
    [["train-mnist", "--epochs", "-1"], '--epochs: expected an integer >= 1, got "-1"'],
    [["train-mnist", "--epochs", "1.5"], '--epochs: expected an integer >= 1, got "1.5"'],
    [["train-mnist", "--epochs", "abc"], '--epochs: expected an integer >= 1, got "abc"'],
    [["train-mnist", "--epochs", ""], '--epochs: expected an integer >= 1, got ""'],
    [["train-mnist", "--batch-size", "0"], '--batch-size: expected an integer >= 1, got "0"'],
    [
      ["train-mnist", "--seed", "9007199254740992"],
      '--seed: expected an integer >= 0 and below 2^53, got "9007199254740992"',
    ],
    [["train-mnist", "--recipe", "Best"], '--recipe: expected one of tutorial, fast, best, got "Best"'],
    [["train-mnist", "--recipe", "toString"], '--recipe: expected one of tutorial, fast, best, got "toString"'],
    [["train-mnist", "--limit", "0"], '--limit: expected an integer >= 1, got "0"'],
    [["train-mnist", "--threads", "x"], '--threads: expected "auto" or an integer >= 0, got "x"'],
    [["train-mnist", "--data", ""], '--data: expected a folder, got ""'],
    [["summary", "--line-length", "wide"], '--line-length: expected an integer >= 40, got "wide"'],
  ])("refuses %j with one line and code 2", async (args, message) => {
    const result = await runCli(args);
    expect(result).toEqual({ code: 2, signal: null, stdout: "", stderr: `wasm-cnn: ${message}\n` });
  });

  it("ends quietly when nobody reads its output", async () => {
    const child = startCli(["summary"]);
    child.stdout?.destroy();
    expect(await finished(child)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("wasm-cnn summary", () => {
  it("shows the network", async () => {
    const { code, stdout, stderr } = await runCli(["summary"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("(None, 26, 26, 32)");
    expect(stdout).toContain("93,322");
  });

  it("--line-length sets the width of the table", async () => {
    const { stdout } = await runCli(["summary", "--line-length", "60"]);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBe(60);
  });
});

describe("wasm-cnn info", () => {
  it("describes the machine", async () => {
    const { code, stdout } = await runCli(["info"]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Node ${process.versions.node} (V8 ${process.versions.v8})`);
    expect(stdout).toMatch(/^SIMD +yes$/m);
    expect(stdout).toMatch(/^Cores +\d+$/m);
  });

  it("--json gives one object", async () => {
    const info = JSON.parse((await runCli(["info", "--json"])).stdout);
    expect(info).toMatchObject({
      wasmCnn: version,
      runtime: `Node ${process.versions.node}`,
      simd: true,
      threads: expect.any(Number),
    });
    expect(info.memory.wasmMaximum).toBe(2 ** 32);
  });
});
