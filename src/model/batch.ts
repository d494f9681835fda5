import type { DType } from "../engine/program/region.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import type { Rows } from "./rows.js";

/** Samples of a model's data: one array of rows for each input and output, and the weights for each output. */
export interface DataRows {
  readonly count: number;
  readonly xs: readonly Rows[];
  /** Undefined for an output without a loss or metrics; empty where there are no targets. */
  readonly ys: readonly (Rows | undefined)[];
  /** What samples, or places in them, count for each output; undefined where all count 1. */
  readonly weights: readonly (Rows | undefined)[];
}

/** What decides which program runs on a batch. */
export interface BatchKind {
  /** As configured: a last, short batch keeps it. It decides the size of the shards. */
  readonly batchSize: number;
  readonly inputShapes: readonly Shape[];
  readonly dtypes: readonly DType[];
  /** Of each output, of one sample; undefined where all count 1. */
  readonly weightShapes: readonly (Shape | undefined)[];
}

/** Samples that have been gathered from the user's data, to be copied into the model's memory in one go. */
export interface Batch {
  readonly kind: BatchKind;
  readonly samples: number;
  readonly xs: readonly Numbers[];
  readonly ys: readonly (Numbers | undefined)[];
  readonly weights: readonly (Numbers | undefined)[];
}

type Numbers = Float32Array | Uint8Array;

export function kindOfData({ xs, weights }: DataRows, batchSize: number): BatchKind {
  return {
    batchSize,
    inputShapes: xs.map(({ shape }) => shape),
    dtypes: xs.map(({ dtype }) => dtype),
    weightShapes: weights.map((rows) => rows?.shape),
  };
}

/**
 * Gathers a batch outside the model's memory: the step under way is not disturbed.
 * @param index of the batch's i-th sample in the data
 * @param into reused if it fits
 */
export function gather(
  data: DataRows,
  kind: BatchKind,
  samples: number,
  index: (i: number) => number,
  into?: Batch,
): Batch {
  const take = (rows: Rows, old: Numbers | undefined): Numbers => {
    const target = room(rows, samples, old);
    for (let i = 0; i < samples; i++) rows.copy(target, i, index(i));
    return target;
  };
  return {
    kind,
    samples,
    xs: data.xs.map((rows, i) => take(rows, into?.xs[i])),
    ys: data.ys.map((rows, i) => rows && take(rows, into?.ys[i])),
    weights: data.weights.map((rows, i) => rows && take(rows, into?.weights[i])),
  };
}

function room({ shape, dtype }: Rows, samples: number, old: Numbers | undefined): Numbers {
  const length = samples * sizeOf(shape);
  if (old && old.length >= length && old instanceof Uint8Array === (dtype === "u8")) return old.subarray(0, length);
  return dtype === "u8" ? new Uint8Array(length) : new Float32Array(length);
}
