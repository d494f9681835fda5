import { nextTask } from "#platform";
import type { BoundProgram } from "./memory/bind.js";
import { ModelMemory } from "./memory/memory.js";
import type { ModelState } from "./memory/state.js";
import type { Program } from "./program/programData.js";
import type { Region } from "./program/region.js";
import type { StepValues } from "./program/step.js";
import type { Weight } from "./program/weight.js";
import { type Job, OUTCOME, type Outcome } from "./run/control.js";
import type { Team } from "./threads/team.js";
import { type ThreadCount, Threads } from "./threads/threads.js";

/**
 * The calling thread works this long, in milliseconds, before it lets the event loop run: at most 10 with the kernel call that
 * is under way by then, on slow machines too.
 */
const SLICE = 6;
export interface EngineOptions {
  /** Default "auto". */
  readonly threads?: ThreadCount;
}

/** What a job gets to know of its step. */
export type BatchStep = Omit<StepValues, "firstSample">;

export interface RunOptions {
  /** When it aborts, the job is given up before the next shard; the weights stay as they were. */
  readonly signal?: AbortSignal | undefined;
  /** Run on the calling thread: while the others work, or before it works itself. */
  readonly meanwhile?: (() => void) | undefined;
  /** For a little work: the calling thread does it at once, however many threads there are. */
  readonly alone?: boolean;
}

/** Of a task that `dispose` has cut short. */
export class Disposed extends Error {}

/** Replays programs over a model's memory, on the calling thread or with a team of workers, one job after the other. */
export class Engine {
  readonly #memory: ModelMemory;
  readonly threads: Threads;
  #version = 0;
  /** What is replayed just now. */
  #running: BoundProgram | undefined;
  #sliceBegan = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;
  #retired: Promise<void> | undefined;

  constructor(state: ModelState, { threads = "auto" }: EngineOptions = {}) {
    this.threads = new Threads(threads, this);
    this.#memory = new ModelMemory(state, this.threads.most);
    this.#heedRefusal();
  }

  /** Bytes of the memory that it works in. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  /** Shards run by each thread; alone, the calling thread counts as the first. */
  get shards(): readonly number[] {
    return this.#memory.shards;
  }

  /** Runs tasks one after the other: a training step, a batch of a prediction. @throws Disposed */
  exclusive<T>(task: () => Promise<T> | T): Promise<T> {
    const result = this.#queue.then(() => {
      this.#checkInUse();
      return this.#memory.during(task);
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  #checkInUse(): void {
    if (this.#disposed) throw new Disposed("engine: expected to be in use, got dispose()");
  }

  /** Without memory to share there are no workers. */
  #heedRefusal(): void {
    const { refusal } = this.#memory;
    if (refusal) this.threads.refuse(refusal);
  }

  /** Computes with relaxed SIMD from now on; its packs have to be loaded. Between two jobs only. */
  relax(): void {
    this.#memory.relax();
  }

  /** Makes room for `capacity` samples of a program and binds it. Between two jobs only. */
  bind(program: Program, capacity: number): BoundProgram {
    const bound = this.#memory.bind(program, capacity);
    this.#heedRefusal();
    return bound;
  }

  /** The rows of a batch region: to be filled before `run`, or read after it. */
  rows(bound: BoundProgram, region: Region, samples: number): Float32Array | Uint8Array {
    return this.#memory.rows(bound, region, samples);
  }

  /**
   * Replays a program. After it, outputs and losses of the batch's rows are there; a training program whose numbers are all
   * finite has changed the weights.
   * @throws Error if a worker thread has failed, and Disposed: the weights are those from before
   */
  async run(bound: BoundProgram, step: BatchStep, options: RunOptions = {}): Promise<Outcome> {
    const { signal, alone = false } = options;
    const area = bound.program.training ? "training" : "inference";
    const { control, fresh } = this.#memory;
    const [packed, version] = fresh[area] ?? [];
    const prepare = packed !== bound || version !== this.#version;
    const job: Job = { program: bound.plan.id, prepare, part: 0, step };
    const run = async (how: (job: Job, meanwhile?: () => void) => Promise<void>) => {
      if (signal?.aborted) return OUTCOME.interrupted;
      this.#checkInUse();
      const abort = () => control.abort();
      signal?.addEventListener("abort", abort);
      this.#running = bound;
      try {
        await how(job, options.meanwhile);
        for (let part = 1; part < bound.plan.parts.length && control.outcome === OUTCOME.paused; part++) {
          this.#memory.callHosts(bound, part, step.batchSamples);
          await how({ ...job, prepare: false, part });
        }
      } finally {
        this.#running = undefined;
        signal?.removeEventListener("abort", abort);
      }
      fresh[area] = [bound, this.#version];
      if (bound.program.training && control.outcome === OUTCOME.completed) {
        bound.replay.once(job);
        this.#version++;
      }
      return control.outcome;
    };
    const outcome =
      !alone && (await this.threads.ready())
        ? await this.threads.together((team) => run((job, meanwhile) => this.#runTogether(team, bound, job, meanwhile)))
        : await run((job, meanwhile) => this.#runAlone(bound, job, meanwhile));
    // A job that was completed counts, whatever has come since.
    if (outcome === OUTCOME.interrupted && !signal?.aborted) this.#checkInUse();
    return outcome;
  }

  async #runAlone(bound: BoundProgram, job: Job, meanwhile?: () => void): Promise<void> {
    const began = performance.now();
    this.#memory.control.write(job);
    meanwhile?.();
    for (const _ of bound.replay.run(job, 0)) {
      if (performance.now() - this.#sliceBegan < SLICE) continue;
      await nextTask();
      this.#sliceBegan = performance.now();
    }
    this.threads.took(performance.now() - began);
  }

  async #runTogether(team: Team, bound: BoundProgram, job: Job, meanwhile?: () => void): Promise<void> {
    try {
      await team.run(this.#memory, this.threads.most, job, meanwhile);
    } catch (error) {
      await team.end();
      bound.replay.undo();
      this.#memory.fresh.training = this.#memory.fresh.inference = undefined;
      throw error;
    }
  }

  /** Replays a step whose loss or gradient was not finite and says what was the first thing that was not. */
  async diagnose(bound: BoundProgram, step: BatchStep): Promise<string | undefined> {
    const { findNotFinite } = await import("./diagnose.js");
    return findNotFinite(this.#memory, bound, { program: bound.plan.id, prepare: false, part: 0, step });
  }

  /** A copy of a weight: of the last completed step, also while another is under way. */
  read(weight: Weight): Float32Array {
    const running = this.#running;
    if (running?.program.training && weight.trainable) return running.replay.before(weight.value.offset, weight.size);
    return this.#memory.floats(weight.value.offset, weight.size).slice();
  }

  write(weight: Weight, data: Float32Array): void {
    this.#memory.floats(weight.value.offset, weight.size).set(data);
    this.#version++;
  }

  /** A copy of a part of the model's state. Between two jobs only. */
  readState(address: number, size: number): Float32Array {
    return this.#memory.floats(address, size).slice();
  }

  /** Between two jobs only. */
  writeState(address: number, data: Float32Array): void {
    this.#memory.floats(address, data.length).set(data);
  }

  /** Ends the tasks under way and waiting, which reject, and gives back memory and threads; resolves when that is done. */
  dispose(): Promise<void> {
    this.#disposed = true;
    if (this.#running) this.#memory.control.abort();
    return this.retire();
  }

  /** Gives back memory and threads after the tasks under way. */
  retire(): Promise<void> {
    this.#retired ??= this.#queue.then(() => {
      this.#disposed = true;
      this.#memory.dispose();
      return this.threads.leave();
    });
    return this.#retired;
  }
}
