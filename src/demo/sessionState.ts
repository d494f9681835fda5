import { type Digits, loadDigits } from "./digits.js";
import { Emitter } from "./emitter.js";

export type Status = "idle" | "opening" | "starting" | "training" | "paused" | "stopping";

/**
 * `loading`: more of MNIST is here. `digits`: all of it. `status`: of the training. `step`: the weights have changed. `model`: another one.
 * `runs`: one has begun or ended. `test`: a test has begun or ended. `opened`: the model is one that was saved, with its settings.
 */
export type SessionEvent = "loading" | "digits" | "status" | "step" | "model" | "runs" | "test" | "opened";

/** A trained network that another one is about to take the place of. */
export interface Replacement {
  readonly by: "training" | "file";
  /** Whether another tab has kept one, which goes too. */
  readonly ofOtherTab: boolean;
}

/** What a session is doing, what has failed, and MNIST. */
export abstract class SessionState extends Emitter<SessionEvent> {
  /** Rejects if MNIST could not be fetched; `load` tries again. */
  digits!: Promise<Digits>;
  /** Share of MNIST that is here, 0 to 1. */
  loaded = 0;
  loadFailed = false;
  status: Status = "idle";
  /** What went wrong last, for people. */
  problem = "";

  /** Fetches MNIST: at first, and again after it has failed. */
  load(): void {
    this.loaded = 0;
    this.loadFailed = false;
    this.problem = "";
    this.digits = loadDigits((share) => {
      this.loaded = share;
      this.emit("loading");
    });
    this.digits.then(
      () => this.emit("digits"),
      (error: unknown) => {
        this.loadFailed = true;
        this.report(error);
      },
    );
    this.emit("status");
  }

  get busy(): boolean {
    return this.status !== "idle";
  }

  protected report(error: unknown): void {
    this.problem = messageOf(error);
    this.emit("status");
  }

  protected setStatus(status: Status): void {
    this.status = status;
    this.emit("status");
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
