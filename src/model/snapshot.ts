import type { Shape } from "../engine/shape.js";
import type { LayerConfig } from "../layers/layer.js";
import type { NamedWeight } from "./weights.js";

/** All of a model as plain data: what its files hold. Classes, names and the order of weights are Keras'. */
export interface ModelSnapshot {
  readonly name: string;
  /** Of one sample. Undefined for a model that has met neither an input shape nor data: it has no weights yet. */
  readonly inputShape: Shape | undefined;
  readonly layers: readonly LayerSnapshot[];
  /** What `compile` has set; undefined before it, and if it is left out. */
  readonly compiled?: CompiledSnapshot;
  /** What goes on from one call of `fit` to the next, in this library alone. */
  readonly progress?: Progress;
  /** What the file that it was read from says of `compile` and is not supported: then `compiled`, or its state, is left out. */
  readonly notes?: readonly string[];
}

export interface LayerSnapshot {
  /** `Conv2D` */
  readonly className: string;
  /** As `Layer.config` gives it, with `name` and `trainable`. */
  readonly config: LayerConfig;
  /** Under the names they have in their layer: `kernel`, `bias`. Empty without an input shape. */
  readonly weights: readonly NamedWeight[];
}

export interface CompiledSnapshot {
  readonly optimizer: { readonly className: string; readonly config: Readonly<Record<string, unknown>> };
  /** In snake case: `categorical_crossentropy`. */
  readonly loss: string;
  readonly metrics: readonly string[];
  /** What the optimizer has gathered; undefined if it is left out. */
  readonly state?: OptimizerState;
}

export interface OptimizerState {
  /** Steps done. */
  readonly iterations: number;
  /** In the order of the optimizer's `slotNames`; each has one array for each trainable weight, in the model's order. */
  readonly slots: readonly { readonly name: string; readonly values: readonly Float32Array[] }[];
}

export interface Progress {
  readonly seed: number;
  readonly iterations: number;
  readonly epochs: number;
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
  /** Epochs that the model had begun before this one: decides the order of the samples. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Samples that are trained on. */
  readonly samples: number;
  readonly shuffle: boolean;
  /** Sums of the loss and of each metric over the samples that the epoch has seen. */
  readonly sums: readonly number[];
}
