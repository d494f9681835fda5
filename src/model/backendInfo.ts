import { type BackendInfo, features } from "../engine/backend.js";
import type { Engine } from "../engine/engine.js";

/**
 * Who computes for a model. `threads` are worker threads at work; 0: the calling thread computes, or workers have not been
 * needed yet. `reason`: why there are none though some were wanted.
 */
export interface ModelBackendInfo extends BackendInfo {
  /** Shards of batches that each thread has run since the last `compile`; alone, the calling thread's. */
  readonly shards: readonly number[];
}

/** @param engine undefined for a model that has not run yet */
export function modelBackendInfo(engine: Engine | undefined): ModelBackendInfo {
  const { running = 0, refusal } = engine?.threads ?? {};
  const shards = engine?.shards ?? [];
  return {
    ...features(),
    threads: running,
    reason: refusal?.message,
    shards: shards.slice(0, Math.max(1, running)),
  };
}
