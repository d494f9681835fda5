/** Knows whether the model is trained just now, and whether a callback is running: a few things are allowed only in one. */
export class TrainingGuard {
  #training = false;
  #depth = 0;

  get training(): boolean {
    return this.#training;
  }

  get inCallback(): boolean {
    return this.#depth > 0;
  }

  async train<T>(task: () => Promise<T>): Promise<T> {
    this.#training = true;
    try {
      return await task();
    } finally {
      this.#training = false;
    }
  }

  readonly call = async (callback: () => unknown): Promise<void> => {
    this.#depth++;
    try {
      const running = callback();
      if (running) await running;
    } finally {
      this.#depth--;
    }
  };
}
