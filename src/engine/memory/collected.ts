// What the garbage collector tells, where the engine has the means; where not, things are kept until `dispose`.

const registry =
  typeof FinalizationRegistry === "function" ? new FinalizationRegistry<() => void>((task) => task()) : undefined;

/** Runs a task, which must not refer to `target`, when `target` has been collected. */
export function onCollected(target: object, task: () => void, token: object): void {
  registry?.register(target, task, token);
}

/** Takes back what was asked for with this token. */
export function forgetCollected(token: object): void {
  registry?.unregister(token);
}

export interface Weak<T> {
  deref(): T | undefined;
}

export function weak<T extends object>(target: T): Weak<T> {
  return typeof WeakRef === "function" ? new WeakRef(target) : { deref: () => target };
}
