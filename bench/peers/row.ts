import type { Task } from "./serve.js";
import type { Quartiles } from "./statistics.js";

/** A contender at a task. What could not be had is missing, and `error` says why. */
export interface Row {
  readonly name: string;
  readonly label: string;
  readonly task: Task;
  version?: string;
  notes: string[];
  error?: string;
  /** Bytes. */
  peakRss?: number;
  installed?: number;
  /** Images a second: ours in the same pairs, and theirs. */
  ours?: Quartiles;
  theirs?: Quartiles;
  /** Ours over theirs, pair by pair. */
  ratio?: Quartiles;
  oursRounds?: readonly number[];
  theirsRounds?: readonly number[];
}

export const TASK_TITLES: Record<Task, string> = {
  train: "training, batch 64",
  infer64: "inference, batch 64",
  infer1: "inference, batch 1",
};
