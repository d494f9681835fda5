// `npm run bench [-- --shapes NAME] [--json FILE] [--networks NAME|all] [--relaxed] [--turbo]`: what the kernels reach of this machine's own peak on
// several networks, and the seed's network against plain JavaScript. One thread; medians of 31 runs after warm-up.
// `--shapes NAME` measures the kernels of one network only. `--relaxed`: the seed's network with the relaxed kernels too.
// `--networks NAME` or `all`, in their place: each layer of a network in examples/networks (or of all), both passes, as a share of
// what multiply-add or memory lets through. It takes minutes.
// `--turbo`: all kernels with V8's 256-bit vectors. `--widened`: nothing but what these gain, kernel by kernel. `--quick` only shows that it runs: 3 runs, nothing is judged.

import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { enableTurbo } from "#turbo";
import { benchAugmentation } from "./augmentation.js";
import { benchKernels, type KernelResult } from "./kernels.js";
import { benchLayers, type LayerResult, realNetworks } from "./layers.js";
import { RUNS } from "./measure.js";
import { benchModels, type ModelResult } from "./models.js";
import { findPeakLoop, measureTile } from "./peak.js";
import { networks } from "./shapes.js";
import { benchWidened, noWidening, type WidenedResult } from "./widened.js";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    quick: { type: "boolean" },
    shapes: { type: "string" },
    networks: { type: "string" },
    relaxed: { type: "boolean", default: false },
    turbo: { type: "boolean", default: false },
    widened: { type: "boolean", default: false },
  },
});
// Before anything is compiled.
const turbo = values.turbo ? turboOrExit() : undefined;
const chosen = networks.filter(({ name }) => values.shapes === undefined || name === values.shapes);
if (chosen.length === 0) {
  throw new RangeError(
    `--shapes: expected one of ${networks.map(({ name }) => name).join(", ")}, got ${values.shapes}`,
  );
}

/** Below this share of the peak a row says what holds it up. */
const ENOUGH = 0.7;
const WIDENED_ROUNDS = 15;
/** Of `--networks`: there are a thousand passes in all of them. */
const LAYER_RUNS = 11;
/** Columns of the kernels' table that are texts. */
const TEXTS = [0, 1, 2, 3, 8];

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

const peakLoop = findPeakLoop();
const [peak, tile] = [peakLoop.best, measureTile()];
console.log(`peak of 128-bit multiply and add: ${peak.toFixed(1)} GFLOP/s a core`);
console.log(
  `the register tile in the first cache: ${tile.toFixed(1)} GFLOP/s (${Math.round((100 * tile) / peak)} %)\n`,
);
if (values.networks !== undefined) {
  const layers = await benchLayers(realNetworksOf(values.networks), Math.min(runs, LAYER_RUNS), peakLoop);
  console.log(layerTable(layers));
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, peak, tile, layers }, undefined, 2)}\n`);
  process.exit();
}
if (values.widened) {
  const widened = await widenedTable();
  if (values.json) writeFileSync(values.json, `${JSON.stringify({ machine, widened }, undefined, 2)}\n`);
  process.exit();
}
const kernels = await benchKernels(chosen, runs, peakLoop);
console.log(kernelTable(kernels));
const models = values.shapes === undefined ? await benchModels(runs, values.relaxed) : [];
if (models.length > 0) console.log(modelTable(models));
const widened = values.shapes === undefined && !values.turbo ? await widenedTable() : [];
const augmentation = values.shapes === undefined ? await benchAugmentation(runs) : undefined;
if (augmentation !== undefined) {
  const share = `${(100 * augmentation).toFixed(1)} % of training the VGG-like network on it`;
  console.log(`flip, translation and rotation of a batch of 64 images of 32 x 32 x 3: ${share}\n`);
}
if (values.json) {
  const all = { machine, peak, tile, kernels, models, widened, augmentation };
  writeFileSync(values.json, `${JSON.stringify(all, undefined, 2)}\n`);
}

const impossible = kernels.filter(({ dense, ofPeak }) => !values.quick && !values.turbo && dense && ofPeak > 1);
for (const { network, shape, pass } of impossible) {
  console.error(`${network} ${shape}, ${pass}: a dense kernel above the peak: the measurement cannot be right`);
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

function realNetworksOf(name: string): readonly (keyof typeof realNetworks)[] {
  const names = Object.keys(realNetworks) as (keyof typeof realNetworks)[];
  const found = names.filter((each) => name === "all" || name === each);
  if (found.length > 0) return found;
  throw new RangeError(`--networks: expected all or one of ${names.join(", ")}, got ${name}`);
}

/** The slowest first, by network. */
function layerTable(results: readonly LayerResult[]): string {
  const names = [...new Set(results.map(({ network }) => network))];
  const sorted = names.flatMap((name) =>
    results.filter(({ network }) => network === name).sort((a, b) => a.ofLimit - b.ofLimit),
  );
  const rows = sorted.map(({ network, layer, shape, pass, kernels, times, microseconds, reasons, ...rest }) => [
    ...[network, layer, shape, pass, kernels.join(" + "), `${times}`, `${microseconds.toFixed(1)} us`],
    ...[rest.gflops > 0 ? rest.gflops.toFixed(1) : "", rest.gigabytes.toFixed(1)],
    ...[`${Math.round(100 * rest.ofLimit)} %`, rest.limit],
    rest.isSlow ? reasonOf(rest.gflops >= 0.85 * tile, reasons) : "",
  ]);
  const header = [
    "network",
    "layer",
    "shape",
    "pass",
    "kernels",
    "times",
    "a sample",
    "GFLOP/s",
    "GB/s",
    "of limit",
    "",
    "",
  ];
  return table([header, ...rows], [0, 1, 2, 3, 4, 10, 11]);
}

function kernelTable(results: readonly KernelResult[]): string {
  const rows = results.map(
    ({ network, shape, pass, kernels, samples, microseconds, gflops, ofPeak, dense, reasons }) => {
      return [
        ...[network, shape, pass, kernels.join(" + "), `${samples}`],
        ...[`${microseconds.toFixed(1)} us`, `${gflops.toFixed(1)}`, `${Math.round(100 * ofPeak)} %`],
        ofPeak < ENOUGH ? reasonOf(dense && ofPeak >= (0.85 * tile) / peak, reasons) : "",
      ];
    },
  );
  return table(
    [["network", "shape", "pass", "kernels", "shard", "a sample", "GFLOP/s", "of peak", ""], ...rows],
    TEXTS,
  );
}

/** Where a dense kernel keeps the tile's pace, nothing else holds it up; where its shape gives no reason either, that is said. */
function reasonOf(keepsPace: boolean, reasons: readonly string[]): string {
  if (keepsPace) return "the tile's own pace (above)";
  return reasons.length > 0 ? reasons.join("; ") : "nothing in its shape; measure again on a quiet machine";
}

/** Prints what V8's 256-bit vectors gain, where it has them, and returns it. */
async function widenedTable(): Promise<readonly WidenedResult[]> {
  const reason = noWidening();
  if (reason) console.log(`256-bit vectors, init({ turbo: true }): ${reason}`);
  if (reason) return [];
  const results = await benchWidened(values.quick ? 3 : WIDENED_ROUNDS);
  const rows = results.map(({ kernel, shapes, widened, ratio: { q1, median, q3 } }) => [
    ...[kernel, median.toFixed(2), `${q1.toFixed(2)} - ${q3.toFixed(2)}`, `${widened} of ${shapes} shapes`],
  ]);
  console.log(table([["with init({ turbo: true })", "times as fast", "quartiles", "widened"], ...rows], [0]));
  return results;
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
  return table([["images/s", "wasm-cnn", "plain JavaScript", "ratio", ...more], ...rows], [0]);
}

/** Columns as wide as their widest cell; those of `texts` to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[], texts: readonly number[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (texts.includes(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return `${rows.map((row) => line(row).trimEnd()).join("\n")}\n`;
}
