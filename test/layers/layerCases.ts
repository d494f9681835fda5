import { type Layer, type LayerOptions, layers } from "wasm-cnn";
import { convolutionCases } from "./convolutionCases.js";
import { randomCases } from "./randomCases.js";
import { shapeCases } from "./shapeCases.js";

export interface LayerCase {
  readonly name: string;
  readonly make: (options?: LayerOptions) => Layer;
  /** Of one sample. */
  readonly inputShape: readonly number[];
  /** Whether it computes something else in training than at inference, or where it is frozen. */
  readonly differsInTraining?: boolean;
}

/** What makes layers: `conv2d`, and not the class `Conv2D`. */
type Factory = keyof { [K in keyof typeof layers as K extends Uncapitalize<K & string> ? K : never]: K };

/**
 * Layers of one input that have a gradient: at least one case for each factory, which test/vocabulary.test.ts holds. Of an even number
 * of elements none is 0, where activations bend.
 */
export const LAYER_CASES: Partial<Record<Factory, Omit<LayerCase, "name">[]>> = {
  activation: [
    { make: (options) => layers.activation({ activation: "mish", ...options }), inputShape: [4, 5] },
    { make: (options) => layers.activation({ activation: "glu", ...options }), inputShape: [3, 4] },
  ],
  elu: [{ make: (options) => layers.elu({ alpha: 0.5, ...options }), inputShape: [4, 5] }],
  leakyRelu: [{ make: (options) => layers.leakyRelu(options), inputShape: [4, 5] }],
  prelu: [{ make: (options) => layers.prelu({ sharedAxes: 1, ...options }), inputShape: [4, 5] }],
  relu: [{ make: (options) => layers.relu({ negativeSlope: 0.5, maxValue: 0.7, ...options }), inputShape: [4, 5] }],
  softmax: [{ make: (options) => layers.softmax({ axis: 1, ...options }), inputShape: [4, 5] }],
  conv2d: [
    { make: (options) => layers.conv2d({ filters: 3, kernelSize: 2, ...options }), inputShape: [3, 4, 2] },
    {
      make: (options) => layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: "same", ...options }),
      inputShape: [4, 3, 1],
    },
    {
      make: (options) => layers.conv2d({ filters: 3, kernelSize: 2, activation: "softmax", ...options }),
      inputShape: [3, 3, 1],
    },
  ],
  dense: [
    { make: (options) => layers.dense({ units: 5, ...options }), inputShape: [7] },
    { make: (options) => layers.dense({ units: 3, activation: "softmax", ...options }), inputShape: [2, 3] },
  ],
  flatten: [{ make: (options) => layers.flatten(options), inputShape: [2, 3, 2] }],
  maxPooling2d: [
    { make: (options) => layers.maxPooling2d(options), inputShape: [4, 5, 3] },
    {
      make: (options) => layers.maxPooling2d({ poolSize: 3, strides: 1, padding: "same", ...options }),
      inputShape: [4, 4, 1],
    },
  ],
  rescaling: [{ make: (options) => layers.rescaling({ scale: -0.5, offset: 2, ...options }), inputShape: [3, 5] }],
  ...convolutionCases,
  ...randomCases,
  ...shapeCases,
};
