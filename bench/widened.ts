import { fileURLToPath } from "node:url";
import { backendInfo } from "wasm-cnn";
import { ChildProcess } from "./peers/childProcess.js";
import { pairRatios, type Quartiles, quartiles } from "./peers/statistics.js";

/** What V8's 256-bit vectors make of one kernel. */
export interface WidenedResult {
  readonly kernel: string;
  /** On how many different shapes it was measured, and on how many of them it is widened. */
  readonly shapes: number;
  readonly widened: number;
  /** Time without them over time with them, over all rounds of all shapes. */
  readonly ratio: Quartiles;
}

/** From this ratio on, the median of the rounds, a kernel counts as widened: above what differs from round to round. */
const WIDENED = 1.1;

/** Why there is nothing to measure; undefined where there is. */
export function noWidening(): string | undefined {
  return backendInfo().turboReason;
}

/**
 * All kernels of the bench's networks in two processes, one of which has V8's flag, in turns: which of them V8 widens.
 * @param rounds timed rounds of each
 */
export async function benchWidened(rounds: number): Promise<WidenedResult[]> {
  const script = fileURLToPath(new URL("widenedKernels.js", import.meta.url));
  const children = [[], ["--experimental-wasm-revectorize"]].map(
    (flags) => new ChildProcess({ command: process.execPath, args: [...flags, script] }),
  );
  const ratios = new Map<string, number[][]>();
  try {
    for (;;) {
      const [names] = await Promise.all(children.map((child) => child.ask<{ kernels: string[] }>({ op: "next" })));
      if (names!.kernels.length === 0) break;
      const times = children.map((): number[][] => names!.kernels.map(() => []));
      for (const _ of [...children, ...children]) for (const child of children) await child.ask({ op: "time" });
      for (let round = 0; round < rounds; round++) {
        for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
          const timed = await children[i]!.ask<{ times: number[] }>({ op: "time" });
          for (const [k, time] of timed.times.entries()) times[i]![k]!.push(time);
        }
      }
      for (const [k, kernel] of names!.kernels.entries()) {
        const ofKernel = ratios.get(kernel) ?? [];
        ratios.set(kernel, ofKernel);
        ofKernel.push(pairRatios(times[0]![k]!, times[1]![k]!));
      }
    }
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
  const results = Array.from(ratios, ([kernel, all]): WidenedResult => {
    const widened = all.filter((ofShape) => quartiles(ofShape).median >= WIDENED).length;
    return { kernel, shapes: all.length, widened, ratio: quartiles(all.flat()) };
  });
  return results.sort((a, b) => b.ratio.median - a.ratio.median);
}
