/** The loss and the metrics, by name. */
export interface Logs {
  loss: number;
  [metric: string]: number;
}

/** What `fit` returns. */
export interface History {
  /** One number an epoch for each name, the names in alphabetical order. */
  readonly history: Record<string, number[]>;
  /** The epochs, from 0 (or `initialEpoch`) on. */
  readonly epoch: number[];
  /** Undefined steps: those of a Dataset that does not know its length. */
  readonly params: { readonly epochs: number; readonly steps: number | undefined };
}
