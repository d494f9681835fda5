import type { WasmMemory } from "./wasmTypes.js";
/** Bytes of the step block. */
export const STEP_BYTES = 64;

/** What changes from step to step and so is read from memory, never baked into a call. Read by assembly/step.ts. */
export interface StepValues {
  /** Training steps done before this one. */
  readonly iterations: number;
  readonly learningRate: number;
  /** Samples in the whole batch. */
  readonly batchSamples: number;
  /** Index in the batch of the shard's first sample. */
  readonly firstSample: number;
  readonly seed: number;
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
}

/** A seed (an integer below 2^53) as the two words of a Philox key. */
export function splitSeed(seed: number): readonly [low: number, high: number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}
