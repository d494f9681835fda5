import type { WasmMemory } from "../kernels/wasmTypes.js";
import { STEP_SCALARS, type StepValues } from "../program/step.js";

/** Where the control block lies: in the header of every model's memory. */
const ADDRESS = 64;
/** Threads that can take part, at most. */
export const MOST_THREADS = 8;

/** Places of the control block's 32-bit words. */
const WORD = {
  /** Number of the job; raised to start one. */
  job: 0,
  /** Number of the last job that is over. */
  done: 1,
  /** Number of the last assignment that has been posted to the threads. */
  assignments: 2,
  threads: 3,
  program: 4,
  samples: 5,
  prepare: 6,
  /** How many have come to the meeting point, and how often all have. */
  arrived: 7,
  meeting: 8,
  /** The next piece of the phase that nobody has taken. */
  ticket: 9,
  abort: 10,
  outcome: 11,
  /** Which part of the shard phase. */
  part: 12,
  /** Shards that each thread has run. */
  shards: 16,
} as const;
const WORDS = WORD.shards + MOST_THREADS;
/** Numbers of the step, after the words. */
const NUMBER = { iterations: 0, learningRate: 1, seed: 2, scalars: 3 } as const;
const NUMBERS = NUMBER.scalars + STEP_SCALARS;

/**
 * How a job ended: the weights have changed (or there was nothing to train), or they have not. `paused`: its shards wait for what the
 * calling thread computes.
 */
export const OUTCOME = { running: 0, completed: 1, interrupted: 2, notFinite: 3, paused: 4 } as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

export interface Job {
  /** Id of the bound program. */
  readonly program: number;
  /** Whether the weights have changed since they were last packed. */
  readonly prepare: boolean;
  /** Which part of the shard phase, from 0 on: see `Plan.parts`. */
  readonly part: number;
  readonly step: Omit<StepValues, "firstSample">;
}

/**
 * Some 60 microseconds of looking before a thread goes to sleep at a meeting: most threads come at nearly the same time, and to be
 * woken takes about as long. With 300 looks, two threads trained at 0.88 of what two independent copies reach; with these at 0.93.
 */
const LOOKS = 20_000;

/**
 * Milliseconds after which a thread that sleeps looks for itself, between two phases and between two jobs. V8 11 (Node 20) loses
 * wake-ups where more threads sleep than there are cores: of ten trainings with 8 threads on 2 cores four stood still.
 */
const NAP = { meeting: 5, job: 100 } as const;

/**
 * The words in a model's memory through which its threads meet: the job, the pieces of each phase, the meeting points
 * between phases. All of it also works for one thread alone, on memory that is not shared.
 */
export class Control {
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;

  constructor(memory: WasmMemory) {
    this.#words = new Int32Array(memory.buffer, ADDRESS, WORDS);
    this.#numbers = new Float64Array(memory.buffer, ADDRESS + 4 * WORDS, NUMBERS);
  }

  #get(word: number): number {
    return Atomics.load(this.#words, word);
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }

  /** Starts a job for `threads` workers; returns its number. */
  start(job: Job, threads: number): number {
    this.write(job, threads);
    return this.#wake();
  }

  /** Writes a job down, for the calling thread to run it: workers sleep on, as its number does not change. */
  write(job: Job, threads = 1): void {
    const { step } = job;
    this.#set(WORD.program, job.program);
    this.#set(WORD.samples, step.batchSamples);
    this.#set(WORD.prepare, job.prepare ? 1 : 0);
    this.#set(WORD.part, job.part);
    this.#set(WORD.abort, 0);
    this.#set(WORD.outcome, OUTCOME.running);
    this.#numbers[NUMBER.iterations] = step.iterations;
    this.#numbers[NUMBER.learningRate] = step.learningRate;
    this.#numbers[NUMBER.seed] = step.seed;
    this.#numbers.fill(0, NUMBER.scalars);
    this.#numbers.set(step.scalars ?? [], NUMBER.scalars);
    this.#set(WORD.threads, threads);
    this.#set(WORD.arrived, 0);
    this.#set(WORD.ticket, 0);
  }

  #wake(): number {
    const number = Atomics.add(this.#words, WORD.job, 1) + 1;
    Atomics.notify(this.#words, WORD.job);
    return number;
  }

  /** Number of the last assignment: a thread that knows only earlier ones goes back to its event loop, where it waits for it. */
  get assignments(): number {
    return this.#get(WORD.assignments);
  }

  set assignments(number: number) {
    this.#set(WORD.assignments, number);
    this.#wake();
  }

  /** Number of the job that was started last. */
  get number(): number {
    return this.#get(WORD.job);
  }

  /** The job that was started last. */
  get job(): Job {
    return {
      program: this.#get(WORD.program),
      prepare: this.#get(WORD.prepare) === 1,
      part: this.#get(WORD.part),
      step: {
        iterations: this.#numbers[NUMBER.iterations]!,
        learningRate: this.#numbers[NUMBER.learningRate]!,
        seed: this.#numbers[NUMBER.seed]!,
        scalars: [...this.#numbers.subarray(NUMBER.scalars)],
        batchSamples: this.#get(WORD.samples),
      },
    };
  }

  /** Blocks the thread until there is a job of another number than `last`. */
  sleep(last: number): void {
    while (this.#get(WORD.job) === last) Atomics.wait(this.#words, WORD.job, last, NAP.job);
  }

  /** The next piece of this phase. */
  take(): number {
    return Atomics.add(this.#words, WORD.ticket, 1);
  }

  /**
   * Where all threads of a job wait for each other: what they have written, all see afterwards.
   * @param last run by the one that comes last, before anyone goes on
   * @returns whether this thread came last
   */
  barrier(last?: () => void): boolean {
    const words = this.#words;
    const meeting = this.#get(WORD.meeting);
    if (Atomics.add(words, WORD.arrived, 1) + 1 === this.#get(WORD.threads)) {
      last?.();
      this.#set(WORD.arrived, 0);
      this.#set(WORD.ticket, 0);
      this.#set(WORD.meeting, meeting + 1);
      Atomics.notify(words, WORD.meeting);
      return true;
    }
    for (let look = 0; look < LOOKS; look++) if (this.#get(WORD.meeting) !== meeting) return false;
    while (this.#get(WORD.meeting) === meeting) Atomics.wait(words, WORD.meeting, meeting, NAP.meeting);
    return false;
  }

  /** Says that the job is over: after its last barrier, as the next job may begin at once. */
  finish(): void {
    this.#set(WORD.done, this.number);
    Atomics.notify(this.#words, WORD.done);
  }

  /** Resolves when job `number` is over (or `finish` was called to wake whoever waits). */
  async over(number: number): Promise<void> {
    for (let done = this.#get(WORD.done); done < number; done = this.#get(WORD.done)) {
      const { async, value } = Atomics.waitAsync(this.#words, WORD.done, done, NAP.job);
      if (async) await value;
    }
  }

  get aborted(): boolean {
    return this.#get(WORD.abort) === 1;
  }

  /** Asks the threads to give the job up before the next shard. */
  abort(): void {
    this.#set(WORD.abort, 1);
  }

  get outcome(): Outcome {
    // Not a load: what was read before this must not be read after it (see Replay.before).
    return Atomics.or(this.#words, WORD.outcome, 0) as Outcome;
  }

  set outcome(value: Outcome) {
    this.#set(WORD.outcome, value);
  }

  /** Counts a shard that `thread` has run. */
  count(thread: number): void {
    this.#words[WORD.shards + thread]!++;
  }

  /** Shards that each thread has run for the model whose memory it is. */
  get shards(): readonly number[] {
    return [...this.#words.subarray(WORD.shards)];
  }

  set shards(counts: readonly number[]) {
    this.#words.fill(0, WORD.shards).set(counts, WORD.shards);
  }
}

/** Whether the coordinating thread can wait without blocking; where not, the last thread posts a message. */
export const canWaitAsync = typeof Atomics.waitAsync === "function";
