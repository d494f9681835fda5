import { readModel } from "../files/codec.js";
import type { ModelSource } from "../files/target.js";
import type { FitPosition, ModelSnapshot } from "../graph/snapshot.js";
import type { DataRows } from "./batch.js";
import { areSumsOf, measureNames } from "./measures.js";
import type { Runtime } from "./runtime.js";

interface ResumeJob extends Pick<FitPosition, "batchSize" | "shuffle"> {
  readonly data: DataRows;
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
  const { resumeFrom, batchSize, shuffle, data } = job;
  if (resumeFrom === undefined) return undefined;
  const where = "fit.resumeFrom";
  const snapshot = resumeFrom === true ? undefined : await readModel(where, resumeFrom, { compile: true });
  const position = snapshot ? snapshot.progress?.fit : runtime.counters.fit;
  if (!position)
    throw new Error(`${where}: expected a model that fit has trained, got one without a place to go on from`);
  if (position.step > 0) {
    const now = { batchSize, shuffle, samples: data.count };
    for (const key of ["batchSize", "shuffle", "samples"] as const) {
      if (position[key] === now[key]) continue;
      throw new RangeError(`${where}: expected ${key} ${position[key]} as before in this epoch, got ${now[key]}`);
    }
    if (!areSumsOf(runtime.compiled!, position.sums)) {
      throw new RangeError(
        `${where}: expected the loss and the metrics as before in this epoch, got ${measureNames(runtime.compiled!).join(", ")}`,
      );
    }
  }
  if (snapshot) restore(where, snapshot);
  runtime.counters.epochs = position.epochs;
  return position;
}
