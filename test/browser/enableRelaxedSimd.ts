import { hasRelaxedSimd } from "../../src/engine/features.js";

/** What test/enableRelaxedSimd.ts is in Node; browsers have relaxed SIMD or not, without flags. */
export function enableRelaxedSimd(): boolean {
  return hasRelaxedSimd();
}
