import { show } from "./check.js";

/** What is known by its class name and config, and imported before it is used: seldom needed, so not part of every page. */
export class Named<T extends { config?(): Record<string, unknown> }> {
  #found: T | undefined;

  /**
   * @param given its config, in any of Keras' forms
   * @param fetch imports it
   */
  constructor(
    readonly className: string,
    readonly given: Readonly<Record<string, unknown>>,
    readonly fetch: () => Promise<T>,
  ) {}

  /** @throws what the import reports, or what is wrong with the config */
  async load(): Promise<void> {
    this.#found ??= await this.fetch();
  }

  /** @throws Error if it has not been imported yet */
  get found(): T {
    if (this.#found) return this.#found;
    throw new Error(
      `${this.className}: expected it to be imported, got a use before that; await model.ready() first, or give new ${this.className}()`,
    );
  }

  config(): Record<string, unknown> {
    return this.#found?.config?.() ?? { ...this.given };
  }
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

/** Keras' form: `{ class_name, config }`. */
export function writeConfig(value: { readonly className: string; config?(): object }) {
  return { class_name: value.className, config: value.config?.() ?? {} };
}

const plain = (text: string) => text.replaceAll("_", "").toLowerCase();

/** The one of these class names that a name means, whatever the case and underscores. */
export function findName<N extends string>(names: readonly N[], name: string): N | undefined {
  return names.find((each) => plain(each) === plain(name));
}

/** The same. @param advice what to do about a name that is none @throws RangeError if it is none of them, TypeError if it is no text */
export function nameAmong<N extends string>(
  where: string,
  what: string,
  names: readonly N[],
  value: unknown,
  advice = "",
): N {
  const found = typeof value === "string" ? findName(names, value) : undefined;
  if (found !== undefined) return found;
  const camel = names.map((name) => `"${name[0]!.toLowerCase()}${name.slice(1)}"`).join(" or ");
  const kind = typeof value === "string" ? RangeError : TypeError;
  throw new kind(`${where}: expected ${camel}, or ${what}, got ${show(value)}${kind === RangeError ? advice : ""}`);
}
