import type { Shape } from "../../engine/program/shape.js";
import type { Padding } from "../../layers/base/slide.js";
import type { Numbers, OnnxGraphBuilder, Value } from "./graph.js";

/** Of images; layers of sequences have one number, some of them in a list. */
type Window = number | readonly number[];
type Pair = readonly [number, number];
type Sides = readonly [Pair, Pair];
/** Numbers in lists as their axes are. */
export type Nested = number | readonly Nested[];

/** What the configs of layers say: each has some of it. */
export interface Config {
  readonly activation: unknown;
  readonly kernel_size: Window;
  readonly pool_size: Window;
  readonly output_size: Window;
  readonly size: Window;
  readonly strides: Window;
  readonly dilation_rate: Window;
  readonly output_padding: Window | null;
  /** Of ZeroPadding: how much on each side. */
  readonly padding: Padding | "causal" | Pair | Sides;
  readonly cropping: Pair | Sides;
  readonly interpolation: "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5" | "area";
  readonly antialias: boolean;
  readonly block_size: number;
  readonly crop_to_aspect_ratio: boolean;
  readonly pad_to_aspect_ratio: boolean;
  readonly fill_value: number;
  readonly height: number;
  readonly width: number;
  readonly groups: number;
  readonly axis: number | readonly number[] | null;
  readonly axes: number | Pair;
  readonly normalize: boolean;
  readonly dims: readonly number[];
  readonly n: number;
  readonly epsilon: number;
  readonly mean: Nested | null;
  readonly variance: Nested | null;
  readonly invert: boolean;
  readonly scale: number;
  readonly offset: number;
  readonly alpha: number;
  readonly max_value: number | null;
  readonly negative_slope: number;
  readonly threshold: number;
  readonly value_range: Pair;
  readonly exponent: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly operation: "sum" | "mean" | "max" | "min";
  readonly keepdims: boolean;
  /** Of Slice, see there. */
  readonly at: readonly (null | number | readonly (number | null)[] | "newaxis" | "...")[];
  /** Of a wrapper. */
  readonly layer: { readonly class_name: string; readonly config: Config };
}

/** A call of a layer. */
export interface ExportedCall {
  readonly inputs: readonly Value[];
  /** Of the output, a sample's; open sizes are NaN. */
  readonly shape: Shape;
  readonly config: Config;
  readonly weights: Readonly<Record<string, Numbers | undefined>>;
  /** Whether nothing that takes the output minds the order of its numbers. */
  readonly anyOrder: () => boolean;
}

/** Writes a layer without the activation that ends it. @throws Unsupported */
export type Exporter = (graph: OnnxGraphBuilder, call: ExportedCall) => Value;

/** Why ONNX has no words for a layer: gathered, so that all of a model are said at once. */
export class Unsupported extends RangeError {}

export const isOpen = (shape: Shape) => shape.some(Number.isNaN);

/** @throws Unsupported where sizes that have to be known are open */
export function checkClosed({ shape }: Value, what: string): void {
  if (isOpen(shape)) throw new Unsupported(`${what} needs sizes that are known, got open ones`);
}

export const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
