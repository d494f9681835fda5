// The process that widened.ts asks: the kernels of one unit after the other (`next`), and how long each takes (`time`).
import { createInterface } from "node:readline";
import { mobileNetV2, resNet20 } from "../examples/networks/index.js";
import { Arena } from "./arena.js";
import { type BoundCall, recordLayers, recordUnits } from "./recorded.js";
import { networks } from "./shapes.js";

/** Of a call before it is timed: V8 replaces the code of its first compiler meanwhile. */
const WARMUP = 100;

function* units(): Generator<readonly BoundCall[]> {
  const arena = new Arena("release");
  for (const network of networks) {
    for (const { forward, backward } of recordUnits(network, arena)) yield [...forward, ...backward];
  }
  for (const model of [resNet20(), mobileNetV2({ alpha: 0.35, inputShape: [96, 96, 3] })]) {
    for (const { forward, backward } of recordLayers(model, arena)) yield [...forward, ...backward];
  }
}

const all = units();
let calls: { readonly call: BoundCall; readonly repeats: number }[] = [];

/** Calls for a while; how many take a millisecond. */
function warmUp({ run }: BoundCall): number {
  const began = performance.now();
  let count = 0;
  for (; performance.now() < began + WARMUP; count++) run();
  return Math.max(1, Math.round(count / WARMUP));
}

function time({ run }: BoundCall, repeats: number): number {
  const began = performance.now();
  for (let i = 0; i < repeats; i++) run();
  return (performance.now() - began) / repeats;
}

for await (const line of createInterface({ input: process.stdin })) {
  if (JSON.parse(line).op === "next") {
    const next = all.next();
    const fresh = next.done ? [] : next.value;
    // One kernel twice in a unit is two of its shapes.
    calls = fresh.map((call) => ({ call, repeats: warmUp(call) }));
    process.stdout.write(`${JSON.stringify({ kernels: calls.map(({ call }) => call.kernel) })}\n`);
  } else {
    process.stdout.write(`${JSON.stringify({ times: calls.map(({ call, repeats }) => time(call, repeats)) })}\n`);
  }
}
