import type { Quartiles } from "./statistics.js";
import type { Task } from "./tasks.js";

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
