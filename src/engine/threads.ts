import { coreCount } from "#platform";
import { SLOTS } from "./replay.js";
import { isolationRefusal } from "./sharing.js";
import { Team } from "./team.js";

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

/** The teams to be dismissed when their model is collected. */
const dismissal = new FinalizationRegistry<Promise<Team | undefined>>((starting) => {
  void starting.then((team) => team?.end());
});

/** Says who runs a model's jobs: the calling thread, or a team of workers, which is started when it is first needed. */
export class Threads {
  #most: number;
  readonly #auto: boolean;
  readonly #token: object;
  #spent = 0;
  #team: Team | undefined;
  #starting: Promise<Team | undefined> | undefined;
  /** Why there are no workers though some were wanted. */
  #refusal: Error | undefined;

  /** @param token when it is collected, the workers are ended */
  constructor(wanted: ThreadCount, token: object) {
    this.#auto = wanted === "auto";
    this.#most = wanted === "auto" ? autoThreads() : Math.min(wanted, SLOTS);
    this.#token = token;
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
    this.#refusal = cause;
    void this.end();
  }

  /** The workers, if the next job is for them; undefined if the calling thread is to run it. */
  async team(): Promise<Team | undefined> {
    if (this.#most > 0 && !this.#auto) await this.#start();
    return this.#team;
  }

  /** Says how long the calling thread took for a job. */
  took(milliseconds: number): void {
    this.#spent = milliseconds > WORTH ? this.#spent + milliseconds : 0;
    if (this.#auto && this.#most > 0 && this.#spent > WORTH_STARTING) void this.#start();
  }

  /** Workers that are ready. */
  get running(): number {
    return this.#team?.size ?? 0;
  }

  get refusal(): Error | undefined {
    return this.#refusal;
  }

  #start(): Promise<Team | undefined> {
    if (!this.#starting) {
      const starting = Team.start(this.#most).then(
        (team) => {
          if (this.#starting === starting) this.#team = team;
          return team;
        },
        (error: Error) => {
          this.#refusal = error;
          return undefined;
        },
      );
      this.#starting = starting;
      dismissal.register(this.#token, starting, this);
    }
    return this.#starting;
  }

  /** Ends the workers; the next job that is for them starts new ones. */
  async end(): Promise<void> {
    const starting = this.#starting;
    this.#team = this.#starting = undefined;
    dismissal.unregister(this);
    await (await starting)?.end();
  }
}
