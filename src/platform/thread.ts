/** A worker thread as the thread that started it sees it, the same in Node and in browsers. */
export interface Thread {
  post(message: unknown): void;
  /** Sets what is called for each message. */
  onMessage(listener: (message: unknown) => void): void;
  /** Sets what is called when the thread has failed or ended, with the cause. */
  onFailure(listener: (cause: Error) => void): void;
  /** Keeps the process alive until `release`; a thread does not do so by itself. */
  hold(): void;
  release(): void;
  /** Ends the thread at once, whatever it does; resolves when it has ended. */
  end(): Promise<void>;
}

/** The other end, in the thread itself. */
export interface ThreadPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Where the script of worker threads comes from. */
export interface ThreadSource {
  readonly name: string;
  /** Starts a thread that runs engine/threads/worker.ts. Whether it does shows only in its answer. */
  start(): Thread | Promise<Thread>;
}

/** A browser's `Worker` where the user's TypeScript has it, and `object` where not. */
export type WebWorker = typeof globalThis extends { Worker: { prototype: infer T } } ? T : object;

/** The address of the worker's script, or what starts a worker from it. */
export type WorkerOption = string | URL | (() => WebWorker);
