import { setFlagsFromString } from "node:v8";
import { hasRelaxedSimd } from "../src/engine/features.js";

/**
 * Turns relaxed SIMD on where V8 has it behind a flag, as in Node 20. Whether it is there: tests that need it are skipped,
 * not silently, where it is not.
 */
export function enableRelaxedSimd(): boolean {
  if (!hasRelaxedSimd()) setFlagsFromString("--experimental-wasm-relaxed-simd");
  const enabled = hasRelaxedSimd();
  if (!enabled) console.warn(`SKIPPED: relaxed SIMD, which Node ${process.versions.node} does not have`);
  return enabled;
}
