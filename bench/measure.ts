import { Bench } from "tinybench";

/** Runs of which the median is taken. */
export const RUNS = 31;

export type Call = () => unknown;

/**
 * Median times of calls in milliseconds, after warm-up. The calls take turns, run by run, so that a moment in which the
 * machine is busy with something else meets all of them. Short calls are timed in rounds of about a millisecond.
 */
export async function medians(calls: readonly Call[], runs = RUNS): Promise<number[]> {
  const contenders: { bench: Bench; rounds: number; times: number[] }[] = [];
  for (const call of calls) {
    const rounds = await warmUp(call);
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

/** Calls for 150 ms, long enough for V8 to replace the code of its first compiler; returns how many calls a millisecond. */
async function warmUp(call: Call): Promise<number> {
  const end = performance.now() + 150;
  let calls = 0;
  while (performance.now() < end || calls < 10) {
    await call();
    calls++;
  }
  return Math.max(1, Math.round(calls / 150));
}
