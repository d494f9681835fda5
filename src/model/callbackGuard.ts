/** Knows whether a callback is running just now: a few things are allowed only in one. */
export class CallbackGuard {
  #depth = 0;

  get inside(): boolean {
    return this.#depth > 0;
  }

  readonly run = async (call: () => void | Promise<void> | undefined): Promise<void> => {
    this.#depth++;
    try {
      const running = call();
      if (running) await running;
    } finally {
      this.#depth--;
    }
  };
}
