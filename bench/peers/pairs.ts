import { ChildProcess } from "./childProcess.js";
import { type ContenderSpec, OURS } from "./contenders.js";
import { absoluteDifference, pairRatios, type Quartiles, quartiles, relativeDifference } from "./statistics.js";
import { setupOf, TASKS, type Task } from "./tasks.js";

export interface Plan {
  readonly threads: number;
  readonly pairs: number;
  /** Milliseconds of warm-up, and of one timed round. */
  readonly warmup: number;
  readonly round: number;
  readonly folder: string;
}

/** What a contender says of itself when it is ready. */
export interface Started {
  /** Only from Python. */
  readonly version?: string;
  readonly note?: string;
}

/** What is known of a contender at a task before it is timed. */
export interface Checked {
  /** Losses of the first steps, or outputs of the first batch. */
  readonly values: readonly number[];
  /** Bytes, of a process that has only a few batches. */
  readonly peakRss: number;
  /** Bytes; only from Python. */
  readonly installed?: number;
}

export interface Timed {
  readonly notes: readonly string[];
  /** Images a second in each round. */
  readonly oursRounds: readonly number[];
  readonly theirsRounds: readonly number[];
  readonly ours: Quartiles;
  readonly theirs: Quartiles;
  /** Ours over theirs, pair by pair. */
  readonly ratio: Quartiles;
}

/** That the first steps take, and memory is measured with. */
const BATCHES_OF_CHECK = 3;
const TOLERANCE = 1e-4;
/** Of the losses after the first update: where several inputs of a max pooling are equal, libraries share its gradient differently. */
const LATER_TOLERANCE = 1e-3;
/** Milliseconds between two rounds: onnxruntime's threads spin for some 30; after 100 no contender was seen to use the processor. */
const PAUSE = 100;

/**
 * The first results of a contender, and its memory after some steps.
 * @param onStart called as soon as it is ready, also if it fails later
 */
export async function check(
  spec: ContenderSpec,
  task: Task,
  { threads, folder, warmup }: Plan,
  onStart: (started: Started) => void,
): Promise<Checked> {
  const child = new ChildProcess(spec);
  try {
    onStart(await child.ask<Started>({ op: "start", ...setupOf(task, threads, folder, BATCHES_OF_CHECK) }));
    const begin = performance.now();
    const { values } = await child.ask<{ values: number[] }>({ op: "check" });
    // Memory grows over the first steps; but slow peers need no more than these.
    const steps = Math.min(100, Math.floor(warmup / (performance.now() - begin)));
    await child.ask({ op: "time", steps });
    return { values, ...(await child.ask<Omit<Checked, "values">>({ op: "memory" })) };
  } finally {
    await child.end();
  }
}

/** @throws Error if the values are not ours */
export function compare(task: Task, values: readonly number[], expected: readonly number[]): string {
  const { training } = TASKS[task];
  // Of a thousand probabilities each is small.
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const difference = training
    ? relativeDifference(values.slice(0, 1), expected.slice(0, 1))
    : absoluteDifference(values, expected) / largest;
  if (!(difference <= TOLERANCE)) {
    throw new Error(`its results differ from ours by ${difference.toExponential(1)}, more than ${TOLERANCE}`);
  }
  if (!training) return `outputs within ${difference.toExponential(0)} of the largest`;
  const later = relativeDifference(values, expected);
  if (!(later <= LATER_TOLERANCE)) {
    throw new Error(
      `its losses of the first ${expected.length} steps are ${values.join(", ")}, ours ${expected.join(", ")}`,
    );
  }
  return `first loss within ${difference.toExponential(0)}, first ${expected.length} within ${later.toExponential(0)}`;
}

/** Times ours and theirs in turns. */
export async function timePairs(spec: ContenderSpec, task: Task, plan: Plan): Promise<Timed> {
  const { threads, folder, pairs, warmup, round } = plan;
  const children = [OURS, spec].map((each) => new ChildProcess(each));
  try {
    const notes: string[] = [];
    const contenders: { child: ChildProcess; steps: number; rounds: number[] }[] = [];
    for (const child of children) {
      await child.ask({ op: "start", ...setupOf(task, threads, folder) });
      const ready = await child.ask<{ rate: number; variant?: string; note?: string }>({
        op: "warmup",
        milliseconds: warmup,
      });
      if (ready.variant) notes.push(ready.note ? `${ready.variant} (${ready.note})` : ready.variant);
      contenders.push({ child, steps: Math.max(1, Math.round((ready.rate * round) / 1e3)), rounds: [] });
    }
    for (let pair = 0; pair < pairs; pair++) {
      // Each goes first in every other pair.
      for (const { child, steps, rounds } of pair % 2 === 0 ? contenders : contenders.toReversed()) {
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
        const { seconds } = await child.ask<{ seconds: number }>({ op: "time", steps });
        rounds.push((steps * TASKS[task].batchSize) / seconds);
      }
    }
    const [oursRounds, theirsRounds] = contenders.map(({ rounds }) => rounds) as [number[], number[]];
    return {
      notes,
      oursRounds,
      theirsRounds,
      ours: quartiles(oursRounds),
      theirs: quartiles(theirsRounds),
      ratio: quartiles(pairRatios(oursRounds, theirsRounds)),
    };
  } finally {
    await Promise.all(children.map((child) => child.end()));
  }
}
