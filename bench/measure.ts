import { Bench } from "tinybench";

/** Runs of which the median is taken. */
export const RUNS = 31;

export type Call = () => unknown;

/**
 * Median times of calls in milliseconds, after warm-up. The calls take turns, run by run, so that a moment in which the
 * machine is busy with something else meets all of them. Short calls are timed in rounds of about a millisecond.
 * @param warmup milliseconds for each call
 */
export async function medians(calls: readonly Call[], runs = RUNS, warmup = WARMUP): Promise<number[]> {
  const contenders: { bench: Bench; rounds: number; times: number[] }[] = [];
  for (const call of calls) {
    const rounds = await warmUp(call, warmup);
    const bench = new Bench({ time: 0, iterations: 1, warmup: false }).add("call", async () => {
      for (let i = 0; i < rounds; i++) await call();
    });
    contenders.push({ bench, rounds, times: [] });
  }
  for (let run = 0; run < runs; run++) {
    for (const { bench, rounds, times } of contenders) {
      await bench.run();
      const result = bench.tasks[0]!.result;
      if (!("latency" in result)) throw new Error(`bench: expected a result, got ${result.state}`);
      times.push(result.latency.mean / rounds);
    }
  }
  return contenders.map(({ times }) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!);
}

/** Calls for so many milliseconds; returns how many calls a millisecond. */
async function warmUp(call: Call, milliseconds: number): Promise<number> {
  const began = performance.now();
  let calls = 0;
  while (performance.now() < began + milliseconds || calls < LEAST_CALLS) {
    await call();
    calls++;
  }
  return Math.max(1, Math.round(calls / (performance.now() - began)));
}

/** Milliseconds: long enough for V8 to replace the code of its first compiler. */
const WARMUP = 150;
const LEAST_CALLS = 3;
