// `npm run bench:accuracy [-- --json FILE]`: for each of five seeds, a fresh process that trains on MNIST; the time from its
// start to the end of the first epoch with 99 % test accuracy. Everything counts: imports, data, compilation, the tests.

import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const TARGET = 0.99;
const SECONDS = 20;
const SEEDS = [1, 2, 3, 4, 5];
const MAX_EPOCHS = 10;

interface Run {
  readonly seed: number;
  /** After each epoch: seconds since the start of the process, and the test accuracy. */
  readonly epochs: readonly { readonly seconds: number; readonly accuracy: number }[];
}

const { values } = parseArgs({ options: { json: { type: "string" } } });
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
console.log(`${machine.cpu}, ${machine.cores} cores; Node ${machine.node}`);
console.log("seed  test accuracy, % (seconds since process start) at the end of each epoch");
const runs: Run[] = [];
for (const seed of SEEDS) {
  const run = await train(seed);
  const cells = run.epochs.map(({ seconds, accuracy }) => `${(accuracy * 100).toFixed(2)} (${seconds.toFixed(1)})`);
  console.log(`${String(seed).padStart(4)}  ${cells.join("  ")}${reached(run) ? "" : "  never reached"}`);
  runs.push(run);
}
const within = runs.filter((run) => (reached(run)?.seconds ?? Number.POSITIVE_INFINITY) <= SECONDS);
console.log(`${TARGET * 100} % within ${SECONDS} s of process start: ${within.length} of ${SEEDS.length} seeds`);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, runs }, undefined, 2)}\n`);

function reached({ epochs }: Run): Run["epochs"][number] | undefined {
  return epochs.find(({ accuracy }) => accuracy >= TARGET);
}

async function train(seed: number): Promise<Run> {
  const script = fileURLToPath(new URL("trainToAccuracy.js", import.meta.url));
  const start = performance.now();
  const args = [script, seed, TARGET, MAX_EPOCHS].map(String);
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const epochs: { seconds: number; accuracy: number }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    epochs.push({ seconds: (performance.now() - start) / 1e3, accuracy: JSON.parse(line).accuracy });
  }
  const code = await exited;
  if (code !== 0) throw new Error(`timeToAccuracy: expected seed ${seed} to end with exit code 0, got ${code}`);
  return { seed, epochs };
}
