import type { WasmMemory } from "../kernels/wasmTypes.js";

/** Bytes of the step block. */
export const STEP_BYTES = 64;
/** Where the optimizer's numbers lie in it. */
const SCALARS_ADDRESS = 24;
/** How many there is room for. */
export const STEP_SCALARS = (STEP_BYTES - SCALARS_ADDRESS) / 4;

/** What changes from step to step and so is read from memory, never baked into a call. Read by assembly/lib/step.ts. */
export interface StepValues {
  /** Training steps done before this one. */
  readonly iterations: number;
  readonly learningRate: number;
  /** Samples in the whole batch. */
  readonly batchSamples: number;
  /** Index in the batch of the shard's first sample. */
  readonly firstSample: number;
  readonly seed: number;
  /** What else the optimizer needs to know of the step, at most STEP_SCALARS numbers; the others are 0. Default: none. */
  readonly scalars?: readonly number[];
}

export function writeStep(memory: WasmMemory, address: number, step: StepValues): void {
  const view = new DataView(memory.buffer, address, STEP_BYTES);
  view.setInt32(0, step.iterations, true);
  view.setFloat32(4, step.learningRate, true);
  view.setInt32(8, step.batchSamples, true);
  view.setInt32(12, step.firstSample, true);
  const [low, high] = splitSeed(step.seed);
  view.setUint32(16, low, true);
  view.setUint32(20, high, true);
  for (let i = 0; i < STEP_SCALARS; i++) view.setFloat32(SCALARS_ADDRESS + 4 * i, step.scalars?.[i] ?? 0, true);
}

/** A seed (an integer below 2^53) as the two words of a Philox key. */
export function splitSeed(seed: number): readonly [low: number, high: number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}
