// `npm run bench [-- --json FILE --relaxed --turbo]`: what the kernels reach of this machine's own peak, and the seed's network against plain
// JavaScript. One thread; medians of 31 runs after warm-up. `--quick` only shows that it runs: 3 runs, nothing is judged.
// `--relaxed`: the relaxed kernels take turns with the default ones. `--turbo`: all kernels with V8's 256-bit vectors.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { enableTurbo } from "#turbo";
import { benchKernels, type KernelResult } from "./kernels.js";
import { RUNS } from "./measure.js";
import { benchModels, type ModelResult } from "./models.js";
import { measurePeak } from "./peak.js";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    quick: { type: "boolean" },
    relaxed: { type: "boolean", default: false },
    turbo: { type: "boolean", default: false },
  },
});
// Before anything is compiled.
const turbo = values.turbo ? turboOrExit() : undefined;

const runs = values.quick ? 3 : RUNS;
const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  node: process.version,
  v8: process.versions.v8,
  turbo: values.turbo,
};
console.log(`${machine.cpu}, ${machine.cores} cores; Node ${machine.node}, V8 ${machine.v8}; 1 thread`);
if (turbo) console.log(`turbo: ${turbo.note}`);

// The best of many moments, so that one in which somebody else has the machine does not make the kernels look good.
let peak = 0;
const updatePeak = () => {
  peak = Math.max(peak, measurePeak());
};
const kernels = await benchKernels(runs, updatePeak, values.relaxed);
updatePeak();
console.log(`peak of 128-bit multiply and add: ${peak.toFixed(1)} GFLOP/s a core\n`);
console.log(kernelTable(kernels, peak));
const models = await benchModels(runs, values.relaxed);
console.log(modelTable(models));
if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, peak, kernels, models }, undefined, 2)}\n`);

const impossible = kernels.filter(({ dense, gflops }) => !values.quick && !values.turbo && dense && gflops > peak);
for (const { kernel, shape } of impossible) {
  console.error(`${kernel} ${shape}: a dense kernel above the peak: the measurement cannot be right`);
  process.exitCode = 1;
}

function turboOrExit() {
  try {
    return enableTurbo();
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`);
    process.exit(2);
  }
}

function kernelTable(results: readonly KernelResult[], peak: number): string {
  const rows = results.map(({ kernel, shape, microseconds, gflops, error }) => [
    kernel,
    shape,
    `${microseconds.toFixed(1)} us`,
    `${gflops.toFixed(1)} GFLOP/s`,
    `${Math.round((100 * gflops) / peak)} %`,
    error === undefined ? "" : `maxerr ${error.toExponential(0)}`,
  ]);
  return table([["kernel", "shape", "a sample", "dense-equivalent", "of peak", ""], ...rows]);
}

function modelTable(results: readonly ModelResult[]): string {
  const rows = results.map(({ task, wasm, javascript, relaxed }) => [
    task,
    `${Math.round(wasm)}`,
    `${Math.round(javascript)}`,
    `${(wasm / javascript).toFixed(1)}`,
    ...(relaxed ? [`${Math.round(relaxed)}`, `${(relaxed / wasm).toFixed(2)}`] : []),
  ]);
  const more = values.relaxed ? ["relaxed", "relaxed / default"] : [];
  return table([["images/s", "wasm-cnn", "plain JavaScript", "ratio", ...more], ...rows]);
}

/** Columns as wide as their widest cell; the first two to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return `${rows.map((row) => line(row).trimEnd()).join("\n")}\n`;
}
