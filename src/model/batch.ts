import { sizeOf } from "../engine/shape.js";
import type { Rows } from "./rows.js";

/** Samples of a batch: the rows at these indices. */
export interface Batch {
  readonly x: Rows;
  readonly y?: Rows;
  /** Index of the batch's i-th sample in the rows. */
  readonly index: (i: number) => number;
  readonly samples: number;
  /** As configured: a last, short batch keeps it. It decides the size of the shards. */
  readonly batchSize: number;
}

/** Samples that have been gathered from the user's data, to be copied into the model's memory in one go. */
export interface Gathered {
  readonly samples: number;
  readonly batchSize: number;
  readonly x: Float32Array | Uint8Array;
  readonly y: Float32Array | Uint8Array;
}

/** Gathers a batch outside the model's memory: the step under way is not disturbed. @param into reused if it fits */
export function gather(batch: Required<Batch>, into?: Gathered): Gathered {
  const { samples, batchSize } = batch;
  const room = (rows: Rows, old: Gathered["x"] | undefined) => {
    const length = samples * sizeOf(rows.shape);
    if (old && old.length >= length) return old.subarray(0, length);
    return rows.dtype === "u8" ? new Uint8Array(length) : new Float32Array(length);
  };
  const [x, y] = [room(batch.x, into?.x), room(batch.y, into?.y)];
  copyRows(x, batch.x, batch);
  copyRows(y, batch.y, batch);
  return { samples, batchSize, x, y };
}

export function copyRows(target: Float32Array | Uint8Array, rows: Rows, { samples, index }: Batch): void {
  for (let i = 0; i < samples; i++) rows.copy(target, i, index(i));
}
