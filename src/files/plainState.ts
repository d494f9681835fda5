import { show } from "../base/check.js";
import { isFloat32Array } from "../engine/kernels/kinds.js";
import { isObject, type JsonObject } from "./jsonValue.js";

// States of callbacks as JSON, which has neither arrays of floats nor NaN and Infinity: these stand in objects with one key.

const FLOATS = "float32";
const NUMBER = "number";
const NUMBERS: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, "-Infinity": -Infinity };
/** Characters that are made at a time. */
const SOME = 2 ** 13;

/** @throws TypeError for what is neither plain data nor a Float32Array */
export function stateJson(where: string, state: unknown): unknown {
  if (isFloat32Array(state)) return { [FLOATS]: base64(state) };
  if (typeof state === "number") return Number.isFinite(state) ? state : { [NUMBER]: String(state) };
  if (state === null || typeof state === "string" || typeof state === "boolean") return state;
  if (Array.isArray(state)) return state.map((each, i) => stateJson(`${where}[${i}]`, each));
  if (typeof state !== "object" || ![Object.prototype, null].includes(Object.getPrototypeOf(state))) {
    throw new TypeError(`${where}: expected plain data or Float32Arrays, got ${show(state)}`);
  }
  const entries = Object.entries(state).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, stateJson(`${where}.${key}`, value)]));
}

/** @throws TypeError, RangeError for what `stateJson` does not write */
export function readState(where: string, json: unknown): unknown {
  if (Array.isArray(json)) return json.map((each) => readState(where, each));
  if (!isObject(json)) return json;
  const [[key, value] = [], ...others] = Object.entries(json as JsonObject);
  if (others.length === 0 && key === FLOATS) return floats(where, value);
  if (others.length === 0 && key === NUMBER) {
    if (typeof value === "string" && Object.hasOwn(NUMBERS, value)) return NUMBERS[value];
    throw new RangeError(`${where}: expected NaN, Infinity or -Infinity, got ${show(value)}`);
  }
  return Object.fromEntries(Object.entries(json).map(([name, each]) => [name, readState(where, each)]));
}

// Loops, as there may be millions of them: `from` with a function takes ten times as long.

function base64(floats: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * floats.length));
  for (let i = 0; i < floats.length; i++) view.setFloat32(4 * i, floats[i]!, true);
  const bytes = new Uint8Array(view.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += SOME) text += String.fromCharCode(...bytes.subarray(i, i + SOME));
  return btoa(text);
}

function floats(where: string, text: unknown): Float32Array {
  let binary: string | undefined;
  try {
    if (typeof text === "string") binary = atob(text);
  } catch {
    // Reported below.
  }
  if (binary === undefined || binary.length % 4 !== 0) {
    throw new TypeError(`${where}: expected 32-bit floats as base64, got others`);
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const result = new Float32Array(bytes.length / 4);
  for (let i = 0; i < result.length; i++) result[i] = view.getFloat32(4 * i, true);
  return result;
}
