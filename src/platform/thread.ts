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
