// `npm run bench:peers`: the seed's network in other libraries and in ours, in turns. What is measured and how stands in
// pairs.ts, the contenders in contenders.ts; each runs in a process of its own.

import { rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { barLines } from "./bars.js";
import { type ContenderSpec, contenders, OURS, PEERS_FOLDER } from "./contenders.js";
import { installedBytes, installedVersion, ownSize } from "./installedSize.js";
import { type Checked, check, compare, type Plan, type Started, timePairs } from "./pairs.js";
import type { Row } from "./row.js";
import { quartiles } from "./statistics.js";
import { figure, taskTable } from "./table.js";
import { type Task, taskNames } from "./tasks.js";
import { writeWorkload } from "./workload.js";

const USAGE = `npm run bench:peers -- [options]
  --python PATH   a Python with PyTorch, or Keras on TensorFlow; may be given several times
  --only NAMES    only these contenders, separated by commas
  --tasks NAMES   only these, separated by commas, of:
                  ${taskNames.join(", ")}
  --threads N     default 2
  --pairs N       timed rounds of ours and of theirs, in turns; default 7
  --json FILE     write all figures
  --svg FILE      write the chart
  --quick         only show that it runs: two short rounds, nothing is judged`;

const { values } = parseArgs({
  options: {
    python: { type: "string", multiple: true, default: [] },
    only: { type: "string" },
    tasks: { type: "string" },
    threads: { type: "string", default: "2" },
    pairs: { type: "string" },
    json: { type: "string" },
    svg: { type: "string" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean" },
  },
});

function positive(option: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new RangeError(`${option}: expected an integer >= 1, got ${JSON.stringify(text)}`);
}

function chosen<T extends string>(option: string, text: string | undefined, from: readonly T[]): readonly T[] {
  const names = text === undefined ? from : text.split(",");
  const unknown = names.find((name) => !from.includes(name as T));
  if (unknown === undefined) return names as T[];
  throw new RangeError(`${option}: expected names among ${from.join(", ")}, got ${JSON.stringify(unknown)}`);
}

const progress = (text: string) => process.stderr.write(`${text}\n`);

/** One contender at one task. What goes wrong becomes part of the row. */
async function measure(spec: ContenderSpec, task: Task, ours: Checked, plan: Plan): Promise<Row> {
  const row: Row = { name: spec.name, label: spec.label, task, notes: [] };
  if (spec.packages) {
    row.version = installedVersion(spec.packages[0]!, PEERS_FOLDER);
    row.installed = installedBytes(spec.packages, PEERS_FOLDER);
  }
  try {
    const { values: results, ...memory } = await check(spec, task, plan, (started) => introduce(row, started));
    Object.assign(row, memory);
    row.notes.push(compare(task, results, ours.values));
    const { notes: timingNotes, ...timed } = await timePairs(spec, task, plan);
    row.notes.push(...timingNotes);
    Object.assign(row, timed);
  } catch (error) {
    row.error = (error as Error).message;
  }
  return row;
}

function introduce(row: Row, { version, note }: Started): void {
  if (version) row.version = version;
  if (note) row.notes.push(note);
}

/** Ours, before the others: its results are what theirs are compared with. */
async function checkOurs(task: Task, plan: Plan): Promise<{ row: Row; ours: Checked }> {
  const { version, bytes } = ownSize(fileURLToPath(new URL("../../..", import.meta.url)));
  const row: Row = { name: OURS.name, label: OURS.label, task, version, installed: bytes, notes: [] };
  const ours = await check(OURS, task, plan, (started) => introduce(row, started));
  row.peakRss = ours.peakRss;
  return { row, ours };
}

/** The figures of ours are those of all pairs. */
function withOwnFigures(row: Row, others: readonly Row[]): Row {
  const rounds = others.flatMap(({ oursRounds }) => oursRounds ?? []);
  return rounds.length > 0 ? { ...row, theirs: quartiles(rounds), theirsRounds: rounds } : row;
}

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const { quick } = values;
  const specs = contenders(values.python);
  const names = chosen("--only", values.only, [...new Set(specs.map(({ name }) => name))]);
  const tasks = chosen<Task>("--tasks", values.tasks, taskNames);
  const plan: Plan = {
    threads: positive("--threads", values.threads),
    pairs: positive("--pairs", values.pairs ?? (quick ? "2" : "7")),
    warmup: quick ? 200 : 1500,
    round: quick ? 100 : 700,
    folder: await writeWorkload(tasks, await encoder()),
  };
  const rows: Row[] = [];
  try {
    for (const task of tasks) {
      const { row: own, ours } = await checkOurs(task, plan);
      progress(`${task} wasm-cnn: ${own.notes.join("; ") || "ready"}`);
      const others: Row[] = [];
      for (const spec of specs.filter(({ name, tasks: offered }) => names.includes(name) && offered.includes(task))) {
        const row = await measure(spec, task, ours, plan);
        progress(`${task} ${row.label} ${row.version ?? ""}: ${row.error ?? `${figure(row.theirs!.median)} images/s`}`);
        // A Python with only one of the two is no news.
        if (!row.error?.startsWith("ModuleNotFoundError")) others.push(row);
      }
      rows.push(withOwnFigures(own, others), ...others);
    }
  } finally {
    rmSync(plan.folder, { recursive: true });
  }
  const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
  const { threads, pairs } = plan;
  console.log(`${machine.cpu}, ${machine.cores} cores; Node ${machine.node}; ${threads} threads; ${pairs} pairs\n`);
  for (const task of tasks)
    console.log(
      taskTable(
        task,
        rows.filter((row) => row.task === task),
      ),
    );
  if (!quick) console.log(barLines(rows).join("\n"));
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, threads, pairs, rows }, undefined, 2)}\n`);
  if (values.svg)
    writeFileSync(values.svg, await chart(rows, `${machine.cpu}, ${threads} threads, Node ${machine.node}`));
}

/** What needs the packages of bench/peers lies there, and is found from there. */
async function encoder(): Promise<(model: object) => Uint8Array> {
  return (await import(pathToFileURL(`${PEERS_FOLDER}encodeOnnx.mjs`).href)).encodeOnnx;
}

async function chart(rows: readonly Row[], subtitle: string): Promise<string> {
  return (await import(pathToFileURL(`${PEERS_FOLDER}chart.mjs`).href)).chart(rows, subtitle);
}

await main();
