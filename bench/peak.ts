import { Arena } from "./arena.js";

const ROUNDS = 10_000;
/** A multiply and an add on four lanes in each of 13 chains. */
const PEAK_FLOPS = ROUNDS * 13 * 2 * 4;

/**
 * A loop that does nothing but 128-bit multiplies and adds, as fast as one core can: the better of two forms, as each is held
 * up on some machines (see assembly/peak.ts). A call does `flops` of them and takes about a third of a millisecond.
 */
export interface PeakLoop {
  readonly call: () => void;
  readonly flops: number;
  /** What it reaches in its best moments, in GFLOP/s. */
  readonly best: number;
}

export function findPeakLoop(): PeakLoop {
  const arena = new Arena("peak");
  const constants = arena.zeros(8);
  arena.floats(constants, 8).set([0.999, 0.999, 0.999, 0.999, 0.001, 0.001, 0.001, 0.001]);
  const forms = ["peakUnrolled", "peakLoop"].map((name) => {
    const call = () => arena.kernels[name]!(ROUNDS, constants);
    return { call, flops: PEAK_FLOPS, best: measure(PEAK_FLOPS, call) };
  });
  return forms.reduce((better, form) => (form.best > better.best ? form : better));
}

/** What a loop that copies reaches of memory, or of the cache that holds it. A call moves `bytes`, half of them read and half written. */
export interface CopyLoop {
  readonly call: () => void;
  readonly bytes: number;
}

/** @param bytes about how many are to be moved, and so how large the memory is that is touched */
export function copyLoop(bytes: number): CopyLoop {
  copying ??= new Arena("peak");
  copying.reset();
  const half = Math.max(64, Math.floor(bytes / 128) * 64);
  const [to, from] = [copying.zeros(half / 4), copying.zeros(half / 4)];
  return { call: () => copying!.kernels.copyLoop!(to, from, half), bytes: 2 * half };
}

let copying: Arena | undefined;

/**
 * What the register tile of all dense products reaches of it where all operands stay in the first cache and the loops are
 * long, in GFLOP/s: below the peak where a CPU spends as much on taking in a load as on an operation (AMD Zen: 4 a cycle).
 */
export function measureTile(): number {
  const arena = new Arena("release");
  const [rows, k, columns] = [16, 128, 16];
  const [a, panels] = [arena.random(rows * k), arena.random(k * columns)];
  const [c, quads] = [arena.zeros(rows * columns), arena.zeros(4 * (k + 3))];
  const calls = 64;
  return measure(calls * 2 * rows * k * columns, () => {
    for (let i = 0; i < calls; i++) arena.kernels.gemmNN!(rows, c, a, panels, 0, quads, 1, k, columns);
  });
}

/**
 * The 25th best of 500 runs after warm-up. A run takes a third of a millisecond, short enough to fall between whatever else
 * the machine does; not the very best, as a clock that is set anew can shorten one.
 */
function measure(flops: number, call: () => unknown): number {
  const run = () => {
    const began = performance.now();
    call();
    return performance.now() - began;
  };
  for (let i = 0; i < 300; i++) run();
  const times = Array.from({ length: 500 }, run).sort((a, b) => a - b);
  return flops / times[24]! / 1e6;
}
