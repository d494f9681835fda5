/** Tells listeners that something has changed; what it is now, they read where it is kept. */
export class Emitter<Name extends string> {
  readonly #listeners = new Map<Name, (() => void)[]>();

  on(names: Name | readonly Name[], listener: () => void): void {
    for (const name of typeof names === "string" ? [names] : names) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    }
  }

  protected emit(name: Name): void {
    for (const listener of this.#listeners.get(name) ?? []) listener();
  }
}
