// `npm run bench:browser [-- --node PATH] [--threads N] [--quick]`: training in Chromium and Firefox against Node, on this machine,
// with the same threads, and how free the page stays meanwhile. Medians of 31 rounds of 10 steps after warm-up; in each round
// every contender has its turn. `--node`: the Node to compare with, default the one that runs this. `--quick` only shows that
// it runs.

import { execFileSync } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { type BrowserName, hasBrowser } from "../../test/e2e/browsers.js";
import { pairRatios, quartiles } from "../peers/statistics.js";
import { columns, figure, withQuartiles } from "../peers/table.js";
import { type Contender, openBrowser, openNode, type Setting } from "./contenders.js";

const { values } = parseArgs({
  options: {
    node: { type: "string", default: process.execPath },
    threads: { type: "string", default: String(Math.min(availableParallelism(), 8)) },
    quick: { type: "boolean", default: false },
  },
});
const ROUNDS = values.quick ? 3 : 31;
/** Enough for engines to replace the code of their first compilers. */
const WARM_UP_ROUNDS = values.quick ? 1 : 10;
const WATCHED_MILLISECONDS = values.quick ? 500 : 5000;

const threads = Number(values.threads);
const settings: readonly Setting[] = [
  { title: "isolated page, calling thread", threads: 0, isolated: true },
  { title: "not isolated, calling thread", threads: 0, isolated: false },
  { title: `isolated page, ${threads} threads`, threads, isolated: true },
];
const browsers = (["chromium", "firefox"] as const satisfies BrowserName[]).filter(hasBrowser);

const version = execFileSync(values.node, ["--version"], { encoding: "utf8" }).trim();
console.log(`${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores; Node ${version}`);
console.log("training the seed's network, batch 64, images/s: median (quartiles); ratios of the same rounds\n");

const rates: string[][] = [["", "engine", "images/s", "of Node"]];
const waits: string[][] = [["gaps between tasks while fit runs", "engine", "99th percentile", "longest", "tasks"]];
for (const setting of settings) {
  const contenders: Contender[] = [openNode(values.node, setting)];
  try {
    for (const name of browsers) contenders.push(await openBrowser(name, setting));
    await compare(setting, contenders);
  } finally {
    for (const contender of contenders) await contender.close();
  }
}
console.log(`${columns(rates)}\n\n${columns(waits)}`);

async function compare({ title, threads }: Setting, contenders: readonly Contender[]): Promise<void> {
  const measured = contenders.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [i, contender] of contenders.entries()) {
      const rate = await contender.round();
      if (round >= 0) measured[i]!.push(rate);
    }
  }
  for (const [i, contender] of contenders.entries()) {
    const workers = await contender.workers();
    if (workers !== threads) throw new Error(`${contender.engine}: expected ${threads} threads, got ${workers}`);
    const ratio = withQuartiles(quartiles(pairRatios(measured[i]!, measured[0]!)));
    rates.push([title, contender.engine, withQuartiles(quartiles(measured[i]!)), i === 0 ? "" : ratio]);
    const gaps = await contender.gaps?.(WATCHED_MILLISECONDS);
    if (gaps)
      waits.push([title, contender.engine, `${figure(gaps.p99)} ms`, `${figure(gaps.longest)} ms`, `${gaps.count}`]);
  }
}
