import { coreCount, THREADS_ARE_SURE } from "#platform";
import { forgetCollected, onCollected } from "../memory/collected.js";
import { isolationRefusal } from "../memory/sharing.js";
import { SLOTS } from "../run/replay.js";
import { joinTeam, leaveTeam, withTeam } from "./sharedTeam.js";
import type { Team } from "./team.js";

/** "auto": as many as there are cores, once the work is worth it. 0: the calling thread alone. */
export type ThreadCount = "auto" | number;

/** A job that takes the calling thread longer than this, in milliseconds, is worth waking others for ... */
const WORTH = 1;
/** ... and so many milliseconds of such jobs in a row are worth starting them. */
const WORTH_STARTING = 10;

/** The workers that "auto" may start here: one for each core, none where there is only one. */
export function autoThreads(): number {
  const cores = Math.min(coreCount(), SLOTS);
  return cores > 1 ? cores : 0;
}

/** Why the workers of some model did not start. */
let lastRefusal: Error | undefined;

export function startRefusal(): Error | undefined {
  return lastRefusal;
}

/** Says who runs a model's jobs: the calling thread, or workers of the team, which joins in when it is first needed. */
export class Threads {
  #most: number;
  readonly #auto: boolean;
  readonly #owner: object;
  /** Stands for the model, without referring to it. */
  readonly #member = {};
  #spent = 0;
  #running = false;
  #joining: Promise<void> | undefined;
  /** Why there are no workers though some were wanted. */
  #refusal: Error | undefined;

  /** @param owner when it is collected, the workers that nobody else wants are ended */
  constructor(wanted: ThreadCount, owner: object) {
    this.#auto = wanted === "auto";
    this.#most = wanted === "auto" ? autoThreads() : Math.min(wanted, SLOTS);
    this.#owner = owner;
    const refusal = isolationRefusal();
    if (refusal) this.refuse(refusal);
  }

  /** How many threads may run side by side. */
  get most(): number {
    return this.#most;
  }

  /** Goes on without workers. */
  refuse(cause: Error): void {
    if (this.#most === 0) return;
    this.#most = 0;
    this.#running = false;
    this.#refusal = cause;
    void leaveTeam(this.#member);
  }

  /**
   * Whether the next job is for workers; if not, the calling thread is to run it.
   * @throws Error if a number of threads was asked for and there are none, where there is no reason to expect that
   */
  async ready(): Promise<boolean> {
    if (this.#most > 0 && !this.#auto) await this.#join();
    if (this.#refusal && !this.#auto && THREADS_ARE_SURE) {
      throw new Error(`${this.#refusal.message}; compile with threads "auto" or 0 to go on without them`, {
        cause: this.#refusal,
      });
    }
    return this.#running;
  }

  /** Runs a task with the team, when no other model's job is under way. */
  together<T>(task: (team: Team) => Promise<T>): Promise<T> {
    return withTeam(this.#most, task);
  }

  /** Says how long the calling thread took for a job. */
  took(milliseconds: number): void {
    this.#spent = milliseconds > WORTH ? this.#spent + milliseconds : 0;
    if (this.#auto && this.#most > 0 && this.#spent > WORTH_STARTING) void this.#join();
  }

  /** Workers that are ready. */
  get running(): number {
    return this.#running ? this.#most : 0;
  }

  get refusal(): Error | undefined {
    return this.#refusal;
  }

  #join(): Promise<void> {
    this.#joining ??= this.#start().then(
      () => {
        this.#running = this.#most > 0;
        lastRefusal = undefined;
      },
      (error: Error) => {
        this.refuse(error);
        lastRefusal = error;
      },
    );
    return this.#joining;
  }

  async #start(): Promise<void> {
    const member = this.#member;
    onCollected(this.#owner, () => void leaveTeam(member), member);
    await joinTeam(member, this.#most);
  }

  /** The model has no more jobs; resolves when the threads that nobody else wants have ended. */
  async leave(): Promise<void> {
    await this.#joining;
    this.#most = 0;
    this.#running = false;
    forgetCollected(this.#member);
    await leaveTeam(this.#member);
  }
}
