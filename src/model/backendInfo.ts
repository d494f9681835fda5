import type { Engine } from "../engine/engine.js";

/** Who computes for a model. */
export interface BackendInfo {
  /** Worker threads at work. 0: the calling thread computes, or workers have not been needed yet. */
  readonly threads: number;
  /** Why there are no workers though some were wanted. */
  readonly reason: string | undefined;
  /** Shards of batches that each thread has run since the model's memory was laid out; alone, the calling thread's. */
  readonly shards: readonly number[];
}

export function backendInfo({ threads, shards }: Engine): BackendInfo {
  const { running, refusal } = threads;
  return { threads: running, reason: refusal?.message, shards: shards.slice(0, Math.max(1, running)) };
}
