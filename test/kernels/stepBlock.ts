import { STEP_BYTES, type StepValues, writeStep } from "../../src/engine/program/step.js";
import type { Arena, Block } from "./harness.js";

/** The step block as the engine writes it; what is not given cannot be mistaken for a sensible value. */
export function stepBlock(arena: Arena, values: Partial<StepValues>): Block {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const others = { iterations: -11, learningRate: Number.NaN, batchSamples: -22, firstSample: -33, seed: 44 };
  writeStep(memory, 0, { ...others, ...values });
  return arena.input(new Uint8Array(memory.buffer, 0, STEP_BYTES));
}
