// `npm run bench:accuracy [-- --recipe NAME] [-- --json FILE]`: for two recipes of `train-mnist`, or the one named, and each of five
// seeds, a fresh process that trains on MNIST; the time from its start to the end of the first epoch with 99 % test accuracy.
// Everything counts: imports, data, compilation, the tests.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const TARGET = 0.99;
const SEEDS = [1, 2, 3, 4, 5];
/** The seconds asked for, and the epochs at most; 0: the recipe's. */
const RECIPES = { fast: { seconds: 8, epochs: 0 }, tutorial: { seconds: 20, epochs: 10 } };

type Name = keyof typeof RECIPES;

interface Run {
  readonly recipe: Name;
  readonly seed: number;
  /** After each epoch: seconds since the start of the process, and the test accuracy. */
  readonly epochs: readonly { readonly seconds: number; readonly accuracy: number }[];
}

const { values } = parseArgs({ options: { json: { type: "string" }, recipe: { type: "string" } } });
const names = (Object.keys(RECIPES) as Name[]).filter((name) => values.recipe === undefined || name === values.recipe);
if (names.length === 0)
  throw new RangeError(`--recipe: expected one of ${Object.keys(RECIPES).join(", ")}, got ${values.recipe}`);
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores; Node ${machine.node}`);
const all: Run[] = [];
for (const recipe of names) all.push(...(await runs(recipe)));
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, runs: all }, undefined, 2)}\n`);

async function runs(recipe: Name): Promise<Run[]> {
  console.log(`\n${recipe}: test accuracy, % (seconds since process start) at the end of each epoch, by seed`);
  const done: Run[] = [];
  for (const seed of SEEDS) {
    const run = await train(recipe, seed);
    const cells = run.epochs.map(({ seconds, accuracy }) => `${(accuracy * 100).toFixed(2)} (${seconds.toFixed(1)})`);
    console.log(`${String(seed).padStart(4)}  ${cells.join("  ")}${reached(run) ? "" : "  never reached"}`);
    done.push(run);
  }
  const { seconds } = RECIPES[recipe];
  const within = done.filter((run) => (reached(run)?.seconds ?? Number.POSITIVE_INFINITY) <= seconds);
  console.log(`${TARGET * 100} % within ${seconds} s of process start: ${within.length} of ${SEEDS.length} seeds`);
  return done;
}

function reached({ epochs }: Run): Run["epochs"][number] | undefined {
  return epochs.find(({ accuracy }) => accuracy >= TARGET);
}

async function train(recipe: Name, seed: number): Promise<Run> {
  const script = fileURLToPath(new URL("trainToAccuracy.js", import.meta.url));
  const start = performance.now();
  const args = [script, recipe, seed, TARGET, RECIPES[recipe].epochs].map(String);
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const epochs: { seconds: number; accuracy: number }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    epochs.push({ seconds: (performance.now() - start) / 1e3, accuracy: JSON.parse(line).accuracy });
  }
  const code = await exited;
  if (code !== 0)
    throw new Error(`timeToAccuracy: expected ${recipe} with seed ${seed} to end with exit code 0, got ${code}`);
  return { recipe, seed, epochs };
}
