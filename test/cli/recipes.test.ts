import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Optimizer } from "wasm-cnn";
import { type RecipeName, recipes } from "../../dist/cli/recipes.js";
import { writeMnistSample } from "./mnistSample.js";
import { runCli } from "./runCli.js";

interface Results {
  recipe: string;
  testAccuracy: number;
  fingerprint: string;
  epochs: { loss: number; accuracy: number }[];
}

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-recipes-"));
  await writeMnistSample(join(folder, "mnist"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Trains on the sample of 256 images. */
async function train(...args: string[]): Promise<Results> {
  const data = ["--data", join(folder, "mnist"), "--threads", "0", "--json", "--quiet"];
  const { code, stdout, stderr } = await runCli(["train-mnist", ...data, ...args]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe.each(["fast", "best"])("train-mnist --recipe %s", { timeout: 240_000 }, (recipe) => {
  const args = ["--recipe", recipe, "--epochs", "5", "--batch-size", "16"];
  let whole: Results;
  beforeAll(async () => {
    whole = await train(...args, "--save", join(folder, `${recipe}.keras`));
  }, 240_000);

  it("learns", () => {
    expect(whole.recipe).toBe(recipe);
    expect(whole.epochs.at(-1)!.accuracy).toBeGreaterThan(0.7);
    // Of 128 images a network that has learnt nothing knows about 13.
    expect(whole.testAccuracy).toBeGreaterThan(0.6);
  });

  it("--save: the file tests as the model did", async () => {
    const file = join(folder, `${recipe}.keras`);
    const { stdout } = await runCli(["evaluate", file, "--data", join(folder, "mnist"), "--json"]);
    expect((JSON.parse(stdout) as Results).testAccuracy).toBeCloseTo(whole.testAccuracy, 6);
  });

  it("--resume goes on in the middle of an epoch and ends with the same weights", async () => {
    const checkpoint = join(folder, `${recipe}-checkpoints`);
    const saving = [...args, "--checkpoint", checkpoint, "--checkpoint-every", "13"];
    expect((await train(...saving)).fingerprint).toBe(whole.fingerprint);
    // As if it had been killed after 13 to 25 of the 80 steps.
    for (const name of readdirSync(checkpoint).sort().slice(1)) rmSync(join(checkpoint, name));
    expect((await train(...saving, "--resume")).fingerprint).toBe(whole.fingerprint);
  });

  it("lets the learning rate fall to nothing over the steps that there are", () => {
    const { compile, fit } = recipes[recipe as RecipeName]({ seed: 1, epochs: 3, batchSize: 50 });
    expect(fit).toEqual({ epochs: 3, batchSize: 50 });
    const optimizer = compile(1030).optimizer as Optimizer;
    const rates = Array.from({ length: 63 }, (_, step) => optimizer.rateAt(step));
    const highest = Math.max(...rates);
    expect(rates.indexOf(highest)).toBe(6);
    expect(rates[0]!).toBeLessThan(highest / 10);
    expect(rates.at(-1)!).toBeLessThan(highest / 100);
    expect(rates.at(-4)!).toBeGreaterThan(highest / 1000);
  });
});

it("train-mnist --recipe tutorial is the default", async () => {
  const args = ["--epochs", "1", "--limit", "64"];
  const { fingerprint, recipe } = await train(...args);
  expect(recipe).toBe("tutorial");
  expect((await train(...args, "--recipe", "tutorial")).fingerprint).toBe(fingerprint);
}, 240_000);
