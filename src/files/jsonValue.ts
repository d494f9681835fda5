import { show } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { isObject, type JsonObject } from "./jsonObject.js";

export { isObject, type JsonObject, own } from "./jsonObject.js";

/** Texts longer than this are no model's description. */
export const MOST_JSON = 2 ** 25;
/** Keras' own stay below 20; parsers, and what walks through values, may call themselves for each level. */
const MOST_DEPTH = 200;

/** @throws Error if it is no JSON object, or too long or too deep */
export function parseJson(where: string, text: Uint8Array | string, most: number = MOST_JSON): JsonObject {
  if (text.length > most) throw new Error(`${where}: expected at most ${most} bytes, got ${text.length}`);
  let value: unknown;
  try {
    const decoded = typeof text === "string" ? text : new TextDecoder("utf-8", { fatal: true }).decode(text);
    value = isDeep(decoded) ? undefined : JSON.parse(decoded);
  } catch (cause) {
    throw new Error(`${where}: expected JSON, got something else`, { cause });
  }
  if (value === undefined) throw new Error(`${where}: expected JSON at most ${MOST_DEPTH} levels deep, got deeper`);
  if (!isObject(value)) throw new Error(`${where}: expected a JSON object, got ${show(value)}`);
  return value;
}

/** Whether a text has too many brackets open at once, those in strings aside. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '"') inString = !inString;
    else if (inString) i += letter === "\\" ? 1 : 0;
    else if (letter === "[" || letter === "{") depth++;
    else if (letter === "]" || letter === "}") depth--;
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}

export function jsonBytes(value: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(value));
}
