import { shuffledOrder } from "../data/shuffle.js";
import { type Batch, type BatchKind, type DataRows, gather, kindOfData } from "./batch.js";

/** Where a pass over the data begins. */
export interface PassStart {
  /** How many passes the model had begun before: with the seed it decides the order. */
  readonly pass: number;
  readonly seed: number;
  /** Batches to leave out. */
  readonly skip: number;
  /** Of the first batch of the training, where it is not the first of this pass; undefined if it is. */
  readonly batchSize?: number | undefined;
}

/** The batches of one pass. */
export interface BatchReader {
  /**
   * The next one; undefined at the end. Only called when the one before has come.
   * @param into whose arrays are reused if they fit
   */
  next(into?: Batch): Batch | undefined | Promise<Batch | undefined>;
  /** To be called if the rest is not wanted. */
  close?(): Promise<unknown>;
}

/** Data in batches: one pass after the other. */
export interface BatchSource {
  /** Batches of a pass; undefined where only the end tells. */
  readonly steps: number | undefined;
  /** Undefined for what comes in batches. */
  readonly samples?: number;
  readonly batchSize?: number;
  /** Of all batches, where it is known before the first. */
  readonly kind?: BatchKind;
  begin(start: PassStart): BatchReader;
}

/** Data that is there at once. */
export function arraySource(data: DataRows, batchSize: number, shuffle: boolean): BatchSource {
  const kind = kindOfData(data, batchSize);
  const { count } = data;
  return {
    steps: Math.ceil(count / batchSize),
    samples: count,
    batchSize,
    kind,
    begin({ pass, seed, skip }) {
      const order = shuffle ? shuffledOrder(count, seed, pass) : undefined;
      let first = (skip - 1) * batchSize;
      return {
        next(into) {
          first += batchSize;
          if (first >= count) return undefined;
          return gather(data, kind, Math.min(batchSize, count - first), (i) => order?.[first + i] ?? first + i, into);
        },
      };
    },
  };
}
