import { readModel } from "../files/codec.js";
import type { ModelSource } from "../files/target.js";
import { restoreSnapshot } from "./restore.js";
import type { Rows } from "./rows.js";
import type { Runtime } from "./runtime.js";
import type { FitPosition } from "./snapshot.js";

interface ResumeJob extends Pick<FitPosition, "batchSize" | "shuffle"> {
  readonly x: Rows;
  /** True: the model itself, where it stands. */
  readonly resumeFrom: ModelSource | true | undefined;
}

/**
 * Where `fit` goes on, after the model has taken over what the file holds; undefined if it begins anew.
 * @throws Error, TypeError, RangeError if the file is damaged, or of another model or training: then nothing has changed
 */
export async function resumePosition(runtime: Runtime, job: ResumeJob): Promise<FitPosition | undefined> {
  const { resumeFrom, batchSize, shuffle, x } = job;
  if (resumeFrom === undefined) return undefined;
  const where = "fit.resumeFrom";
  const snapshot = resumeFrom === true ? undefined : await readModel(where, resumeFrom, { compile: true });
  const position = snapshot ? snapshot.progress?.fit : runtime.counters.fit;
  if (!position)
    throw new Error(`${where}: expected a model that fit has trained, got one without a place to go on from`);
  if (position.step > 0) {
    const now = { batchSize, shuffle, samples: x.count };
    for (const key of ["batchSize", "shuffle", "samples"] as const) {
      if (position[key] === now[key]) continue;
      throw new RangeError(`${where}: expected ${key} ${position[key]} as before in this epoch, got ${now[key]}`);
    }
    const { measureNames } = runtime;
    if (position.sums.length !== measureNames.length) {
      throw new RangeError(
        `${where}: expected ${position.sums.length - 1} metrics as before, got ${measureNames.length - 1}`,
      );
    }
  }
  if (snapshot) restoreSnapshot(where, runtime, snapshot);
  runtime.counters.epochs = position.epochs;
  return position;
}
