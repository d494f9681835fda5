import { THREAD_START_LIMIT, threadSources } from "#platform";
import type { Thread, ThreadSource } from "../../platform/thread.js";
import { buildId } from "../kernels/packs/build.generated.js";
import type { WasmMemory, WasmModule } from "../kernels/wasmTypes.js";
import type { Plan } from "../program/planData.js";
import { type Control, canWaitAsync, type Job } from "../run/control.js";
import type { Answer, Assignment } from "./worker.js";

/** A model's memory and the programs bound to it. */
export interface Workplace {
  readonly memory: WasmMemory;
  readonly modules: readonly WasmModule[];
  readonly control: Control;
  /** By id; a program that has moved has a new plan. */
  readonly plans: ReadonlyMap<number, Plan>;
}

/** Sources that have not given threads of this build. */
const useless = new WeakSet<ThreadSource>();

/** Worker threads that replay jobs together, one job at a time. The thread that leads them never blocks. */
export class Team {
  readonly #threads: Thread[] = [];
  /** Where the threads are that took part in the last job: the others wait for a message. */
  #current: { memory: WasmMemory; modules: readonly WasmModule[]; control: Control; threads: number } | undefined;
  #known = new Map<number, Plan>();
  /** How often threads have been told where to go. */
  #assignments = 0;
  #failure: Error | undefined;
  /** Ends the wait for the job under way. */
  #settle: (() => void) | undefined;

  get size(): number {
    return this.#threads.length;
  }

  /** Whether a thread has ended: it is then of no more use. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Starts threads until there are so many.
   * @throws Error if no source gives threads of this build, with what is wrong with each
   */
  async grow(size: number): Promise<void> {
    const sources = threadSources().filter((source) => !useless.has(source));
    const failures: Error[] = [];
    for (const source of sources.length > 0 ? sources : threadSources()) {
      try {
        const started = await startThreads(source, size - this.size);
        for (const thread of started) this.#welcome(thread);
        return;
      } catch (error) {
        useless.add(source);
        failures.push(new Error(`${source.name}: ${(error as Error).message}`, { cause: error }));
      }
    }
    const message = failures.map((failure) => failure.message).join("; ");
    throw new Error(`threads: expected worker threads that start, got none; ${message}`, { cause: failures[0]!.cause });
  }

  #welcome(thread: Thread): void {
    this.#threads.push(thread);
    thread.onMessage((message) => {
      if ("over" in (message as Answer)) this.#settle?.();
    });
    thread.onFailure((cause) => {
      if (this.#threads.includes(thread)) this.#fail(cause);
    });
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    this.#settle?.();
  }

  /**
   * Runs a job on the first so many threads to its end.
   * @param meanwhile run on this thread while the others work
   * @throws Error if a thread has failed, with the cause; the team is then of no more use, and the job may be half done
   */
  async run(workplace: Workplace, threads: number, job: Job, meanwhile?: () => void): Promise<void> {
    const { control } = workplace;
    this.#settleIn(workplace, threads);
    const [first] = this.#threads;
    // Something has to keep the process alive: nobody counts a wait on memory as work.
    first!.hold();
    try {
      const over = new Promise<void>((resolve) => {
        this.#settle = resolve;
      });
      const number = control.start(job, threads);
      if (canWaitAsync) void control.over(number).then(this.#settle);
      meanwhile?.();
      if (!this.#failure) await over;
    } finally {
      this.#settle = undefined;
      first!.release();
    }
    if (this.#failure) throw failed(this.#failure);
  }

  /** Sees to it that the threads are where the job is, and know its program. */
  #settleIn({ memory, modules, control, plans: all }: Workplace, threads: number): void {
    const current = this.#current;
    const moves = current?.memory !== memory || current.modules !== modules || current.threads !== threads;
    if (moves) this.#known = new Map();
    const plans = [...all.values()].filter((plan) => this.#known.get(plan.id) !== plan);
    if (!moves && plans.length === 0) return;
    const number = ++this.#assignments;
    // Who sleeps there goes back to the event loop; from then on it does not know the way to any job.
    if (current) current.control.assignments = number;
    control.assignments = number;
    for (const [thread, one] of this.#threads.slice(0, threads).entries()) {
      const assignment: Assignment = { plans, number, thread, last: control.number, report: !canWaitAsync };
      one.post(moves ? { ...assignment, memory: { memory, modules } } : assignment);
    }
    this.#current = { memory, modules, control, threads };
    for (const plan of plans) this.#known.set(plan.id, plan);
  }

  /** Ends the threads that are too many, between two jobs; resolves when they have ended. */
  async shrink(size: number): Promise<void> {
    await Promise.all(this.#threads.splice(size).map((thread) => thread.end()));
    if (size === 0) this.#current = undefined;
  }

  /** Ends all threads; resolves when they have ended. */
  async end(): Promise<void> {
    this.#failure ??= new Error("threads: expected a team at work, got one that was dismissed");
    const control = this.#current?.control;
    await this.shrink(0);
    // Whoever still waits on the control block goes on.
    control?.finish();
    this.#settle?.();
  }
}

function failed(cause: Error): Error {
  return new Error(`threads: expected the worker threads to go on, got one that ended: ${cause.message}`, { cause });
}

/** Starts one thread, and the others once it has answered: a source that is of no use is asked only once. */
async function startThreads(source: ThreadSource, size: number): Promise<Thread[]> {
  const threads: Thread[] = [];
  const start = async () => {
    const thread = await source.start();
    threads.push(thread);
    await answered(thread);
  };
  try {
    await start();
    await Promise.all(Array.from({ length: size - 1 }, start));
    return threads;
  } catch (error) {
    await Promise.all(threads.map((thread) => thread.end()));
    throw error;
  }
}

/** Waits until a thread has said that it is there and of this build. */
function answered(thread: Thread): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`expected an answer within ${THREAD_START_LIMIT} ms, got none`)),
      THREAD_START_LIMIT,
    );
    const settled = (settle: () => void) => {
      clearTimeout(limit);
      settle();
    };
    thread.onMessage((message) => {
      const build = (message as Partial<{ build: string }> | undefined)?.build;
      if (build === buildId) settled(resolve);
      else settled(() => reject(new Error(`expected a worker of build ${buildId}, got ${build}`)));
    });
    thread.onFailure((cause) => settled(() => reject(cause)));
  });
}
