import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { UsageError } from "./usageError.js";

/** What `--turbo` would do here: an experimental flag of V8 that fuses pairs of 128-bit operations to 256-bit ones. */
export interface Turbo {
  readonly available: boolean;
  /** Why it is not available, or what it will do. */
  readonly note: string;
}

const FIRST_NODE = 24;

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

/**
 * Turns it on for this process and its worker threads; what WebAssembly has compiled before does not change.
 * @throws UsageError where it is not available
 */
export function enableTurbo(): Turbo {
  const turbo = findTurbo();
  if (!turbo.available) throw new UsageError(`--turbo: ${turbo.note}`);
  setFlagsFromString("--experimental-wasm-revectorize");
  return turbo;
}

/** Undefined where the system does not tell. */
function hasAvx2(): boolean | undefined {
  try {
    return /^flags\s*:.*\bavx2\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
  } catch {
    return undefined;
  }
}
