import { Bench } from "tinybench";

/** Runs of which the median is taken. */
export const RUNS = 31;

/** Median time of a call in milliseconds, after warm-up; short calls are timed in rounds of about a millisecond. */
export function median(call: () => void): number {
  // Long enough for V8 to replace the code of its first compiler, also on a loaded machine.
  const warmUp = performance.now() + 150;
  let calls = 0;
  while (performance.now() < warmUp) {
    call();
    calls++;
  }
  const rounds = Math.max(1, Math.round(calls / 150));
  const bench = new Bench({ time: 0, iterations: RUNS, warmup: false }).add("", () => {
    for (let i = 0; i < rounds; i++) call();
  });
  bench.runSync();
  return medianOf(bench) / rounds;
}

/** The same for a call that takes its time and is awaited. */
export async function medianAsync(call: () => Promise<unknown>, warmUps = 10): Promise<number> {
  for (let i = 0; i < warmUps; i++) await call();
  const bench = new Bench({ time: 0, iterations: RUNS, warmup: false }).add("", async () => {
    await call();
  });
  await bench.run();
  return medianOf(bench);
}

function medianOf(bench: Bench): number {
  const result = bench.tasks[0]!.result;
  if (!("latency" in result)) throw new Error(`bench: expected a result, got ${result.state}`);
  return result.latency.p50;
}
