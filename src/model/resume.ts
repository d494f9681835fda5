import type { Callback } from "../callbacks/callback.js";
import { readModel } from "../files/codec.js";
import type { ModelSource } from "../files/target.js";
import type { FitPosition, ModelSnapshot } from "../graph/snapshot.js";
import type { BatchSource } from "./batchSource.js";
import { areSumsOf, measureNames } from "./measures.js";
import type { Runtime } from "./runtime.js";

interface ResumeJob {
  readonly data: BatchSource;
  readonly shuffle: boolean;
  readonly stepsPerEpoch: number | undefined;
  readonly callbacks: readonly Callback[];
  /** True: the model itself, where it stands. */
  readonly resumeFrom: ModelSource | true | undefined;
}

/**
 * Where `fit` goes on, after the model has taken over what the file holds; undefined if it begins anew.
 * @param restore what takes a snapshot over
 * @throws Error, TypeError, RangeError if the file is damaged, or of another model or training: then nothing has changed
 */
export async function resumePosition(
  runtime: Runtime,
  job: ResumeJob,
  restore: (where: string, snapshot: ModelSnapshot) => void,
): Promise<FitPosition | undefined> {
  const { data, shuffle, stepsPerEpoch } = job;
  const resumeFrom = job.resumeFrom ?? (await callbacksSource(job.callbacks));
  if (resumeFrom === undefined) return undefined;
  const where = "fit.resumeFrom";
  const snapshot = resumeFrom === true ? undefined : await readModel(where, resumeFrom, { compile: true });
  const position = snapshot ? snapshot.progress?.fit : runtime.counters.fit;
  if (!position)
    throw new Error(`${where}: expected a model that fit has trained, got one without a place to go on from`);
  if (position.step > 0 || position.skipped) {
    const { samples, batchSize = position.batchSize } = data;
    const now = { batchSize, shuffle, samples, stepsPerEpoch };
    for (const key of ["samples", "batchSize", "shuffle", "stepsPerEpoch"] as const) {
      if (position[key] === now[key]) continue;
      throw new RangeError(
        `${where}: expected ${key} ${position[key] ?? "not given"} as before in this epoch, got ${now[key] ?? "none"}`,
      );
    }
    if (position.step > 0 && !areSumsOf(runtime.compiled!, position.sums)) {
      throw new RangeError(
        `${where}: expected the loss and the metrics as before in this epoch, got ${measureNames(runtime.compiled!).join(", ")}`,
      );
    }
  }
  if (snapshot) restore(where, snapshot);
  runtime.counters.epochs = position.epochs;
  return position;
}

/** Where the first callback that knows a place would go on. */
async function callbacksSource(callbacks: readonly Callback[]): Promise<ModelSource | undefined> {
  for (const callback of callbacks) {
    const source = await callback.resumeFrom?.();
    if (source !== undefined) return source;
  }
  return undefined;
}
