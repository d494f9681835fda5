/** The loss and the metrics, by name: those that are known, else any. */
export type Logs<Name extends string = string> = { loss: number } & Record<Name, number>;

/** Validated after epochs, if there is data for it. */
type Validated<Name extends string> = string extends Name ? unknown : { [name in `val_${"loss" | Name}`]?: number[] };

/** What `fit` returns. */
export interface History<Name extends string = string> {
  /** One number an epoch for each name, the names in alphabetical order. */
  readonly history: Record<"loss" | Name, number[]> & Validated<Name>;
  /** The epochs, from 0 (or `initialEpoch`) on. */
  readonly epoch: number[];
  /** Undefined steps: those of a Dataset that does not know its length. */
  readonly params: { readonly epochs: number; readonly steps: number | undefined };
}
