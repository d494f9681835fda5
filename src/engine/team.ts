import { THREAD_START_LIMIT, threadSources } from "#platform";
import type { Thread, ThreadSource } from "../platform/thread.js";
import { type Control, canWaitAsync, type Job } from "./control.js";
import { buildId } from "./packs/build.generated.js";
import type { Plan } from "./replay.js";
import type { WasmMemory, WasmModule } from "./wasmTypes.js";
import type { Answer, Orders } from "./worker.js";

/** A model's memory and the programs bound to it. */
export interface Workplace {
  readonly memory: WasmMemory;
  readonly modules: readonly WasmModule[];
  readonly control: Control;
  /** By id; a program that has moved has a new plan. */
  readonly plans: ReadonlyMap<number, Plan>;
}

/** The source that threads have come from before. */
let proven: ThreadSource | undefined;

/** Worker threads that replay jobs together. The thread that leads them never blocks. */
export class Team {
  readonly #threads: readonly Thread[];
  /** The memory and the binaries that the threads know, and the control block on which they sleep. */
  #memory: WasmMemory | undefined;
  #modules: readonly WasmModule[] | undefined;
  #control: Control | undefined;
  #known = new Map<number, Plan>();
  /** How often the threads have been told where to go. */
  #orders = 0;
  #failure: Error | undefined;
  /** Ends the wait for the job under way. */
  #settle: (() => void) | undefined;

  private constructor(threads: readonly Thread[]) {
    this.#threads = threads;
    for (const thread of threads) {
      thread.onMessage((message) => {
        if ("over" in (message as Answer)) this.#settle?.();
      });
      thread.onFailure((cause) => this.#fail(cause));
    }
  }

  /** @throws Error if no source gives threads of this build, with what is wrong with each */
  static async start(size: number): Promise<Team> {
    const sources = threadSources();
    const failures: Error[] = [];
    // Those before the proven one have failed before.
    for (const source of sources.slice(proven ? Math.max(0, sources.indexOf(proven)) : 0)) {
      try {
        const team = new Team(await startThreads(source, size));
        proven = source;
        return team;
      } catch (error) {
        failures.push(new Error(`${source.name}: ${(error as Error).message}`, { cause: error }));
      }
    }
    const message = failures.map((failure) => failure.message).join("; ");
    throw new Error(`threads: expected worker threads that start, got none; ${message}`, { cause: failures[0]!.cause });
  }

  get size(): number {
    return this.#threads.length;
  }

  #fail(cause: Error): void {
    this.#failure ??= cause;
    this.#settle?.();
  }

  /**
   * Runs a job to its end.
   * @param meanwhile run on this thread while the others work
   * @throws Error if a thread has failed, with the cause; the team is then of no more use, and the job may be half done
   */
  async run(workplace: Workplace, job: Job, meanwhile?: () => void): Promise<void> {
    if (this.#failure) throw failed(this.#failure);
    const { control } = workplace;
    this.#settleIn(workplace);
    const [first] = this.#threads;
    // Something has to keep the process alive: nobody counts a wait on memory as work.
    first!.hold();
    try {
      const over = new Promise<void>((resolve) => {
        this.#settle = resolve;
      });
      const number = control.start(job, this.size);
      if (canWaitAsync) void control.over(number).then(this.#settle);
      meanwhile?.();
      await over;
    } finally {
      this.#settle = undefined;
      first!.release();
    }
    if (this.#failure) throw failed(this.#failure);
  }

  /** Sees to it that the threads are where the job is, and know its program. */
  #settleIn(workplace: Workplace): void {
    const { memory, modules, control } = workplace;
    const moves = this.#memory !== memory || this.#modules !== modules;
    if (moves) this.#known = new Map();
    const plans = [...workplace.plans.values()].filter((plan) => this.#known.get(plan.id) !== plan);
    if (!moves && plans.length === 0) return;
    const number = ++this.#orders;
    if (this.#control) this.#control.orders = number;
    control.orders = number;
    for (const [thread, one] of this.#threads.entries()) {
      const orders: Orders = { plans, number, thread, last: control.number, report: !canWaitAsync };
      one.post(moves ? { ...orders, memory: { memory, modules } } : orders);
    }
    this.#memory = memory;
    this.#modules = modules;
    this.#control = control;
    for (const plan of plans) this.#known.set(plan.id, plan);
  }

  /** Ends the threads; resolves when they have ended. */
  async end(): Promise<void> {
    this.#failure ??= new Error("threads: expected a team at work, got one that was dismissed");
    await Promise.all(this.#threads.map((thread) => thread.end()));
    // Whoever still waits on the control block goes on.
    this.#control?.finish();
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
