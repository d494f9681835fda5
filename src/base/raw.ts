// Vue and others put a proxy around what they are given, to see what changes. A proxy has no private fields, and what they wrap
// in turn (a memory, typed arrays) is of no more use to WebAssembly. So our objects ask to be left alone, work on themselves
// where somebody calls them through a proxy all the same, and are taken out of it before anything holds them.

const RAW = Symbol("raw");

/** The object itself, be there a proxy around it or not. */
export function rawOf<T>(value: T): T {
  return (value as { [RAW]?: () => T } | null | undefined)?.[RAW]?.() ?? value;
}

/** What has private fields and may get behind a proxy. */
export abstract class Raw {
  constructor() {
    // A function: what proxies hand on without a proxy around it.
    Object.defineProperty(this, RAW, { value: () => this, configurable: true });
  }

  /** Vue's mark for what it makes no proxy of. */
  get __v_skip(): true {
    return true;
  }
}

/** Lets all methods and accessors of a class derived from `Raw` work on the object itself. */
export function seeThroughProxies({ prototype }: { readonly prototype: Raw }): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === "constructor") continue;
    for (const kind of ["value", "get", "set"] as const) {
      const call: unknown = property[kind];
      if (typeof call !== "function") continue;
      property[kind] = function (this: unknown, ...args: unknown[]): unknown {
        return call.apply(rawOf(this), args);
      };
    }
    Object.defineProperty(prototype, name, property);
  }
}
