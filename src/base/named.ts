/** A function of the constructor's options: `{ className, config }` is what stands for one in a config. */
interface Configured {
  config?(): Record<string, unknown>;
}

/** What is known by its class name and config, and imported before it is used: seldom needed, so not part of every page. */
export class Named<T extends Configured> {
  #found: T | undefined;

  /** @param fetch imports it */
  constructor(
    readonly className: string,
    readonly given: Readonly<Record<string, unknown>>,
    readonly fetch: (className: string, given: Readonly<Record<string, unknown>>) => Promise<T>,
  ) {}

  /** @throws what the import reports, or what is wrong with the config */
  async load(): Promise<void> {
    this.#found ??= await this.fetch(this.className, this.given);
  }

  /** @throws Error if it has not been imported yet */
  get found(): T {
    if (this.#found) return this.#found;
    throw new Error(
      `${this.className}: expected it to be imported, which fit, evaluate and predict do first, got a use before that; give new ${this.className}() in place of its name`,
    );
  }

  config(): Record<string, unknown> {
    return this.#found?.config?.() ?? { ...this.given };
  }
}

/** `HeNormal` for `he_normal`, `heNormal` and `HeNormal`. */
export function toClassName(name: string): string {
  return name.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** What a config says of one: a class name, and its options in long forms. Nothing where it is neither of Keras' nor TensorFlow.js' forms. */
export function readConfig(value: unknown): { name: string; config: Record<string, unknown> } | undefined {
  if (typeof value === "string" && value !== "") return { name: value, config: {} };
  if (typeof value !== "object" || value === null) return undefined;
  const { class_name, className, config } = value as Record<string, unknown>;
  const name = class_name ?? className;
  if (typeof name !== "string" || name === "") return undefined;
  return { name, config: (typeof config === "object" && config !== null ? config : {}) as Record<string, unknown> };
}
