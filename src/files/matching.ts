import type { ExpectedWeight } from "./weightNames.js";

/** How the weights of a file are matched with those of a model. */
export interface Matching {
  /** Numbers that stay where a file has none. */
  readonly data: Map<ExpectedWeight, Float32Array>;
  /** By the names of the layers, whatever their order: what has no counterpart is passed over. */
  readonly byName: boolean;
  /** What becomes of weights that the file has otherwise. */
  readonly onMismatch: (weights: readonly ExpectedWeight[], error: Error) => void;
}

/** The weights of a file have to be those of the model. */
export function strict(): Matching {
  const onMismatch = (_: readonly ExpectedWeight[], error: Error) => {
    throw error;
  };
  return { data: new Map(), byName: false, onMismatch };
}
