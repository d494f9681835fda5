// The forms of data that users give, and what a Dataset is to those who take one.

import type { Shape } from "../engine/program/shape.js";

export type NumberArray = ArrayLike<number> & { readonly length: number };
/** Numbers in arrays in arrays, to any depth: all of one level as long as each other. */
export type NestedArray = readonly (number | NumberArray | NestedArray)[];
/** Numbers and their shape, row-major. */
export interface ShapedNumbers {
  readonly data: NumberArray;
  readonly shape: Shape;
}

/**
 * Samples: `{ data, shape }` with the batch axis first, a bare typed array where the shape of a sample is known, nested
 * arrays, or a list of single samples: images as `fromPixels` gives them, typed arrays. Bytes (`Uint8Array`) are taken at face
 * value, 0 to 255; everything else becomes 32-bit floats.
 */
export type Samples = ShapedNumbers | NumberArray | NestedArray | readonly ShapedNumbers[];

/** Samples of a model with one input or output, or of each by its name. */
export type Data = Samples | Readonly<Record<string, Samples>>;

/**
 * What samples count: any array of numbers, one a sample; or what places of them count, with the batch axis and those that follow it in
 * the targets: `{ data, shape }` or nested arrays.
 */
export type Weights = ArrayLike<number> | ShapedNumbers | NestedArray;

/** What samples count for all outputs, or for some of them by name; for the others they count 1. */
export type SampleWeight = Weights | Readonly<Record<string, Weights>>;

/** A batch, as `fit` takes it; without `y` as `predict` takes it. */
export interface BatchElement {
  readonly x: Data;
  readonly y?: Data | undefined;
  readonly sampleWeight?: SampleWeight | undefined;
}

/** Where a pass over a Dataset begins. */
export interface PassPosition {
  /** How many passes there were before: random orders follow from it and the seed. Default 0. */
  readonly pass?: number;
  /** Of what has no seed of its own. Default 0. */
  readonly seed?: number;
  /** Elements to leave out. Default 0. */
  readonly skip?: number;
}

/** Batches, one after the other, in passes: a `Dataset`. */
export interface BatchDataset {
  /** Elements of a pass; undefined where only the end tells. */
  readonly length: number | undefined;
  /** Whether there can be more than one pass. */
  readonly restartable: boolean;
  /** Its batches, from the beginning of a pass or from within. */
  iterate(position?: PassPosition): AsyncIterator<BatchElement>;
}

export function isDataset(value: unknown): value is BatchDataset {
  return typeof (value as Partial<BatchDataset> | null | undefined)?.iterate === "function";
}
