import { Arena } from "./arena.js";

const ROUNDS = 10_000;
/** A multiply and an add on four lanes in each of 13 chains. */
const FLOPS = ROUNDS * 13 * 2 * 4;

/**
 * What one core can do with 128-bit multiplies and adds, in GFLOP/s: the better of two forms of the loop, as each is held up
 * on some machines (see assembly/peak.ts). The best of 500 runs of a third of a millisecond each, after warm-up: short enough
 * to fall between whatever else the machine does.
 */
export function measurePeak(): number {
  const arena = new Arena("peak");
  const constants = arena.zeros(8);
  arena.floats(constants, 8).set([0.999, 0.999, 0.999, 0.999, 0.001, 0.001, 0.001, 0.001]);
  return Math.max(
    ...["peakUnrolled", "peakLoop"].map((form) => measure(() => arena.kernels[form]!(ROUNDS, constants))),
  );
}

function measure(call: () => unknown): number {
  const run = () => {
    const began = performance.now();
    call();
    return performance.now() - began;
  };
  for (let i = 0; i < 300; i++) run();
  return FLOPS / Math.min(...Array.from({ length: 500 }, run)) / 1e6;
}
