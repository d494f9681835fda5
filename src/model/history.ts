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
  readonly params: { readonly epochs: number; readonly steps: number };
}

/** The means of sums over `samples` samples, under their names in alphabetical order as Keras logs them. */
export function meanLogs(names: readonly string[], sums: readonly number[], samples: number, prefix = ""): Logs {
  const logs: Record<string, number> = {};
  for (const name of [...names].sort()) logs[prefix + name] = sums[names.indexOf(name)]! / samples;
  return logs as Logs;
}
