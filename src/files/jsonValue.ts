import { show } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { isObject, type JsonObject } from "./jsonObject.js";

export { isObject, type JsonObject, own } from "./jsonObject.js";

/** Descriptions longer than this are no model's. */
export const MOST_JSON = 2 ** 25;
/** Longer texts are numbers of a callback that keeps weights: they take no more memory than the file. */
const LONG_TEXT = 2 ** 12;
/** What all engines hold as one text. */
const MOST_TEXT = 2 ** 29 - 2 ** 10;
/** Keras' own stay below 20; parsers, and what walks through values, may call themselves for each level. */
const MOST_DEPTH = 200;

/**
 * @param most bytes, long texts in it left out
 * @throws Error if it is no JSON object, or too long or too deep
 */
export function parseJson(where: string, text: Uint8Array | string, most: number = MOST_JSON): JsonObject {
  const longest = Math.max(most, MOST_TEXT);
  if (text.length > longest) throw new Error(`${where}: expected at most ${longest} bytes, got ${text.length}`);
  let value: unknown;
  let form: { depth: number; length: number };
  try {
    const decoded = typeof text === "string" ? text : new TextDecoder("utf-8", { fatal: true }).decode(text);
    form = formOf(decoded);
    value = form.depth > MOST_DEPTH || form.length > most ? undefined : JSON.parse(decoded);
  } catch (cause) {
    throw new Error(`${where}: expected JSON, got something else`, { cause });
  }
  if (form.length > most) throw new Error(`${where}: expected at most ${most} bytes, got ${form.length}`);
  if (value === undefined) throw new Error(`${where}: expected JSON at most ${MOST_DEPTH} levels deep, got deeper`);
  if (!isObject(value)) throw new Error(`${where}: expected a JSON object, got ${show(value)}`);
  return value;
}

/** How many brackets are open at once, those in strings aside, up to one too many; and the length without long strings. */
function formOf(text: string): { depth: number; length: number } {
  let deepest = 0;
  let depth = 0;
  let long = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === '"') {
      const begin = i;
      i = endOfString(text, i);
      if (i - begin > LONG_TEXT) long += i - begin;
    } else if (letter === "[" || letter === "{") deepest = Math.max(deepest, ++depth);
    else if (letter === "]" || letter === "}") depth--;
    if (deepest > MOST_DEPTH) break;
  }
  return { depth: deepest, length: text.length - long };
}

/** Where the quote is that ends a string. */
function endOfString(text: string, begin: number): number {
  let end = text.indexOf('"', begin + 1);
  while (end >= 0) {
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/** Numbers that Keras refuses where they are no Python floats, as `1` is none. */
const FLOATS: ReadonlySet<string> = new Set(["learning_rate", "momentum", "beta", "threshold"]);

/** JSON for Keras: whole numbers of such names as `1.0`. */
export function kerasJson(value: unknown): string {
  const marked = (key: string, each: unknown) =>
    FLOATS.has(key) && Number.isSafeInteger(each) ? `\0${each as number}` : each;
  return JSON.stringify(value, marked).replace(/"\\u0000(-?\d+)"/g, "$1.0");
}

export function jsonBytes(value: unknown): Bytes {
  return new TextEncoder().encode(JSON.stringify(value));
}
