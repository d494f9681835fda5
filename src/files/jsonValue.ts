import { show } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An own property: a key such as `constructor` does not reach the prototype. */
export function own(object: unknown, key: string): unknown {
  return isObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Texts longer than this are no model's description. */
const MOST_JSON = 2 ** 25;

/** @throws Error if it is no JSON object */
export function parseJson(where: string, text: Uint8Array | string): JsonObject {
  if (text.length > MOST_JSON) throw new Error(`${where}: expected at most ${MOST_JSON} bytes, got ${text.length}`);
  let value: unknown;
  try {
    value = JSON.parse(typeof text === "string" ? text : new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (cause) {
    throw new Error(`${where}: expected JSON, got something else`, { cause });
  }
  if (!isObject(value)) throw new Error(`${where}: expected a JSON object, got ${show(value)}`);
  return value;
}

export function jsonBytes(value: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(value));
}
