import type { FitPosition } from "../graph/snapshot.js";

/** What counts on from one call to the next, so that two calls of `fit` equal one. Saved with the model, never reset. */
export interface Counters {
  /** From which all random numbers follow. */
  seed: number;
  /** Training steps done. */
  iterations: number;
  /** Epochs begun. */
  epochs: number;
  /** Whether the optimizer's moving averages lie in the weights, and the weights in the place of those. */
  swapped?: boolean;
  /** Where the last `fit` is, or was when it ended. */
  fit?: FitPosition;
}

/** Counters that the outside may change as it likes. */
export function copyCounters<T extends Pick<Counters, "fit">>({ fit, ...counters }: T) {
  return { ...counters, ...(fit && { fit: { ...fit, sums: [...fit.sums] } }) };
}
