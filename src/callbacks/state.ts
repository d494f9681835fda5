import { show } from "../base/check.js";

type Kind = "number" | "boolean" | "string";

/**
 * A state that a callback has given before.
 * @param kinds of its values; those that end in `?` may be missing
 * @throws TypeError if it is of another form
 */
export function checkState<T>(where: string, state: unknown, kinds: Readonly<Record<string, Kind | `${Kind}?`>>): T {
  const isObject = typeof state === "object" && state !== null;
  if (!isObject) throw new TypeError(`${where}.restore: expected what state gave, got ${show(state)}`);
  for (const [name, kind] of Object.entries(kinds)) {
    const value = (state as Readonly<Record<string, unknown>>)[name];
    if (value === undefined && kind.endsWith("?")) continue;
    if (`${typeof value}` === kind.replace("?", "")) continue;
    throw new TypeError(`${where}.restore: expected a ${kind.replace("?", "")} as ${name}, got ${show(value)}`);
  }
  return state as T;
}
