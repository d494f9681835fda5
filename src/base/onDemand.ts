// Parts of the library that few pages need are imported when something asks for them. What asks is often synchronous and cannot
// wait: it is stopped, and run again when the part is there.

/** Parts that were asked for and were not there, and how often that was. */
const missing = /* @__PURE__ */ new Set<OnDemand<unknown>>();
let missed = 0;

/** A part that is imported when it is first asked for. */
export class OnDemand<T> {
  readonly #fetch: () => Promise<T>;
  #part: T | undefined;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  get isLoaded(): boolean {
    return this.#part !== undefined;
  }

  /** Where it is imported at once, as what is synchronous for users needs it. */
  give(part: T): void {
    this.#part = part;
  }

  /** @throws what the import reports */
  async load(): Promise<void> {
    this.#part ??= await this.#fetch();
    missing.delete(this);
  }

  /** @throws Error if it is not there yet: `withParts` imports it then */
  get part(): T {
    if (this.#part !== undefined) return this.#part;
    missing.add(this);
    missed++;
    throw new Error("part: expected it to be imported, got a use before that");
  }
}

/**
 * What `run` gives. If it asks for a part that is not there, that is imported, and it is run again, whatever it has made of what it was
 * told: so it must change nothing.
 * @throws what `run` throws, or an import reports
 */
export async function withParts<T>(run: () => T): Promise<T> {
  for (;;) {
    const before = missed;
    let settle: () => T;
    try {
      const result = run();
      settle = () => result;
    } catch (error) {
      settle = () => {
        throw error;
      };
    }
    if (missed === before) return settle();
    await Promise.all([...missing].map((part) => part.load()));
  }
}
