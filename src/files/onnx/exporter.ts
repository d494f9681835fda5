import type { Shape } from "../../engine/program/shape.js";
import type { Padding } from "../../layers/base/padding.js";
import type { Numbers, OnnxGraphBuilder, Value } from "./graph.js";

type Pair = readonly [number, number];

/** What the configs of layers say: each has some of it. */
export interface Config {
  readonly activation: unknown;
  readonly kernel_size: Pair;
  readonly pool_size: Pair;
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilation_rate: Pair;
  /** Of ZeroPadding2D: of both sides of both axes. */
  readonly padding: Padding | readonly [Pair, Pair];
  readonly interpolation: string;
  readonly groups: number;
  readonly axis: number;
  readonly epsilon: number;
  readonly scale: number;
  readonly offset: number;
  readonly alpha: number;
  readonly max_value: number | null;
  readonly negative_slope: number;
  readonly threshold: number;
}

/** A call of a layer. */
export interface ExportedCall {
  readonly inputs: readonly Value[];
  /** Of the output, a sample's. */
  readonly shape: Shape;
  readonly config: Config;
  readonly weights: Readonly<Record<string, Numbers | undefined>>;
  /** Whether nothing that takes the output minds the order of its numbers. */
  readonly anyOrder: () => boolean;
}

/** Writes a layer without the activation that ends it. */
export type Exporter = (graph: OnnxGraphBuilder, call: ExportedCall) => Value;
