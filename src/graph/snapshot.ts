import type { LayerConfig } from "../layers/base/layer.js";
import type { OpenShape } from "../layers/base/symbolic.js";
import type { NamedWeight } from "../layers/base/variable.js";

/** An output of a layer in a graph: of which of its calls, from 0 on, and which one of that. */
export type TensorRef = readonly [layer: string, call: number, tensor: number];

/** One call of a layer in a graph. */
export interface CallSnapshot {
  readonly inputs: readonly TensorRef[];
  /** True: computes as in training, always; false: as at inference. */
  readonly training?: boolean;
  /** Of each output: of one sample, null where open. */
  readonly shapes?: readonly OpenShape[];
}

/** All of a model as plain data: what its files hold. Classes, names and the order of weights are Keras'. */
export interface ModelSnapshot {
  /** Of this form: 2. Left out in those of 0.1, which are of chains of layers. */
  readonly version?: number;
  /** `Sequential` (default) or `Functional`. */
  readonly className?: "Sequential" | "Functional";
  readonly name: string;
  /** Default true. */
  readonly trainable?: boolean;
  /**
   * Of one sample, null where open; of a chain. Undefined for a model that has met neither an input shape nor data: it has no
   * weights yet.
   */
  readonly inputShape?: OpenShape | undefined;
  /** In Keras' order; of a graph with its input layers. */
  readonly layers: readonly LayerSnapshot[];
  /** Of a graph. */
  readonly inputs?: Tensors;
  readonly outputs?: Tensors;
  /** What `compile` has set; undefined before it, and if it is left out. */
  readonly compiled?: CompiledSnapshot;
  /** What goes on from one call of `fit` to the next, in this library alone. */
  readonly progress?: Progress;
  /** What a file says of `compile` and is not supported, so that it is left out. */
  readonly notes?: readonly string[];
}

/** One tensor, several in order, or several by name. */
export type Tensors = TensorRef | readonly TensorRef[] | Readonly<Record<string, TensorRef>>;

/** A layer as plain data. */
export interface LayerSnapshot {
  /** `Conv2D`; of a model inside a model `Sequential` or `Functional`. */
  readonly className: string;
  /** As `Layer.config` gives it, with `name` and `trainable`. */
  readonly config: LayerConfig;
  /** Under the names they have in their layer: `kernel`, `bias`. Empty without an input shape. */
  readonly weights: readonly NamedWeight[];
  /** In a graph: where it is called. */
  readonly calls?: readonly CallSnapshot[];
  /** Of a model inside the model. */
  readonly model?: ModelSnapshot;
}

/** A class and its config: a loss, a metric, an optimizer. Plain JSON. */
export interface ObjectSnapshot {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What `compile` has set, as plain data. */
export interface CompiledSnapshot {
  readonly optimizer: ObjectSnapshot;
  /** One, or by the name of the output. */
  readonly loss: LossSnapshot | Readonly<Record<string, LossSnapshot>>;
  /** By the name of the output, if there are several. */
  readonly lossWeights?: Readonly<Record<string, number>>;
  readonly metrics: MetricsSnapshot;
  readonly weightedMetrics?: MetricsSnapshot;
  /** What the optimizer has gathered; undefined if it is left out. */
  readonly state?: OptimizerState;
}

/** The name that `compile` was given, in snake case, or the object. */
export type LossSnapshot = string | ObjectSnapshot;
export type MetricSnapshot = string | ObjectSnapshot;
export type MetricsSnapshot = readonly MetricSnapshot[] | Readonly<Record<string, readonly MetricSnapshot[]>>;

/** What an optimizer has gathered, as plain data. */
export interface OptimizerState {
  /** Steps done. */
  readonly iterations: number;
  /** In the order of the optimizer's `slotNames`; each has one array for each trainable weight, in the model's order. */
  readonly slots: readonly { readonly name: string; readonly values: readonly Float32Array[] }[];
}

/** What goes on from one `fit` to the next, as plain data. */
export interface Progress {
  readonly seed: number;
  readonly iterations: number;
  readonly epochs: number;
  /** Whether the optimizer's moving averages lie in the weights, and the weights in their place. Default false. */
  readonly swapped?: boolean;
  /** Options of `compile` that only this library has, as they decide bits. */
  readonly winograd: boolean;
  readonly relaxed: boolean;
  /** Where the last call of `fit` is, or was when it ended. */
  readonly fit?: FitPosition;
}

/** A place between two steps of `fit`, and what decides what comes next from there. */
export interface FitPosition {
  /** Index of the epoch, from 0 (or `initialEpoch`) on. */
  readonly epoch: number;
  /** Steps done in it. */
  readonly step: number;
  /** Passes over the data that the model had begun before this one: decides the order of the samples. */
  readonly epochs: number;
  /** Batches of this pass that epochs before this one have taken, with `stepsPerEpoch`. Default 0. */
  readonly skipped?: number;
  /** Of a `Dataset`: of the first batch, and undefined before it. */
  readonly batchSize?: number | undefined;
  /** Samples that are trained on; undefined for a `Dataset`. */
  readonly samples?: number | undefined;
  /** Steps of an epoch, if it is not one pass over the data. */
  readonly stepsPerEpoch?: number | undefined;
  readonly shuffle: boolean;
  /** Over the samples that the epoch has seen: how many, the sum of their weights, the penalties, then the sums of each measure. */
  readonly sums: readonly number[];
  /** States of the callbacks that have one, in their order. */
  readonly callbacks?: readonly CallbackState[];
}

/** What a callback has to remember, and the name of the callback. */
export interface CallbackState {
  readonly name: string;
  readonly state: unknown;
}
