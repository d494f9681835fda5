// An experimental flag of V8 that fuses pairs of 128-bit operations to 256-bit ones.

import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import type { Turbo } from "./turbo.js";

const FIRST_NODE = 24;

/** What turning it on would do here. */
export function findTurbo(): Turbo {
  const { bun, deno, node } = process.versions;
  if (bun) return { available: false, note: `needs Node ${FIRST_NODE} or newer, this is Bun ${bun}` };
  if (deno) return { available: false, note: `needs Node ${FIRST_NODE} or newer, this is Deno ${deno}` };
  if (Number.parseInt(node, 10) < FIRST_NODE) {
    return { available: false, note: `needs Node ${FIRST_NODE} or newer, this is Node ${node}` };
  }
  if (process.arch !== "x64") return { available: false, note: `needs an x64 processor, this is ${process.arch}` };
  const avx2 = hasAvx2();
  if (avx2 === false) return { available: true, note: "changes nothing here, as this processor has no AVX2" };
  return { available: true, note: `experimental in V8, same results${avx2 ? "" : "; works on processors with AVX2"}` };
}

/** Turns it on, if it is available, for this process and its worker threads; what WebAssembly has compiled before does not change. */
export function enableTurbo(): Turbo {
  const turbo = findTurbo();
  if (turbo.available) setFlagsFromString("--experimental-wasm-revectorize");
  return turbo;
}

/** Whether asking for it where it is not available is an error. */
export const TURBO_IS_SURE: boolean = true;

let flags: string | undefined;

/** Undefined where the system does not tell. */
function hasAvx2(): boolean | undefined {
  try {
    flags ??= /^flags\s*:.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0];
  } catch {
    return undefined;
  }
  return flags === undefined ? undefined : /\bavx2\b/.test(flags);
}
