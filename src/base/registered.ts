// Classes of users, which files hold by name. What registers them is in register.ts, as it knows how configs are read.

/** What files hold by class. */
export type Kind =
  | "layer"
  | "initializer"
  | "regularizer"
  | "constraint"
  | "loss"
  | "metric"
  | "optimizer"
  | "schedule";

/** A class that has been registered. */
export interface Registered {
  /** The class itself. */
  readonly made: unknown;
  /** One of it, from a config in Keras' snake case or in camel case. @throws RangeError with all that is wrong with it */
  fromConfig(config: Readonly<Record<string, unknown>>): unknown;
}

export const registeredClasses: Map<string, Registered> = /* @__PURE__ */ new Map();

/** What has been registered by this name, with the package that a file puts before it or without. */
export function registered(kind: Kind, className: string): Registered | undefined {
  return registeredClasses.get(`${kind} ${className.replace(/^.*>/, "")}`);
}

const registerName = (kind: Kind) => `register${kind[0]!.toUpperCase()}${kind.slice(1)}`;

/** What to do about a name that is none of the library's. */
export function ifOwn(kind: Kind): string {
  return `; register a class of your own with ${registerName(kind)} first`;
}
