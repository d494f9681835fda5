import { coreCount, isIsolated } from "#platform";
import { hasRelaxedSimd, hasSimd } from "./features.js";
import { newMemory } from "./memory/sharing.js";
import { autoThreads, startRefusal } from "./threads/threads.js";
import { isTurbo, turboReason } from "./turbo.js";

/** What the machine, the JavaScript engine and the page offer. */
export interface BackendInfo {
  /** Whether there is SIMD, without which nothing runs. */
  readonly simd: boolean;
  /** Whether there is relaxed SIMD, which `compile({ relaxed: true })` needs. */
  readonly relaxed: boolean;
  /** Whether memory may be shared with workers: in browsers only on cross-origin isolated pages. */
  readonly isolated: boolean;
  /** Whether V8 makes 256-bit vectors, as `init({ turbo: true })` asks it to. */
  readonly turbo: boolean;
  /** Why that cannot be had here; undefined where it can. */
  readonly turboReason: string | undefined;
  /** Worker threads. */
  readonly threads: number;
  /** Why there are not more; undefined if there are as many as there are cores, or as were asked for. */
  readonly reason: string | undefined;
}

export function features(): Pick<BackendInfo, "simd" | "relaxed" | "isolated" | "turbo" | "turboReason"> {
  const turbo = { turbo: isTurbo(), turboReason: turboReason() };
  return { simd: hasSimd(), relaxed: hasRelaxedSimd(), isolated: isIsolated(), ...turbo };
}

/** What there is for a model that is about to be made: `threads` are those that "auto" would start. */
export function backendInfo(): BackendInfo {
  const { simd, ...others } = features();
  const refusal = memoryRefusal() ?? startRefusal();
  const threads = simd && !refusal ? autoThreads() : 0;
  let reason = refusal?.message;
  if (!simd) reason = "kernels: expected an engine with WebAssembly SIMD, got one without";
  else if (coreCount() === 1) reason ??= "threads: expected more than one core, got 1";
  return { simd, ...others, threads, reason };
}

/** Why memory cannot be shared with workers, or cannot be had at all. */
function memoryRefusal(): Error | undefined {
  try {
    return newMemory(1).refusal;
  } catch (error) {
    return error as Error;
  }
}
