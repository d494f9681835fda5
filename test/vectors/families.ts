import type { Padding } from "../reference/padding.js";

/** An array of a vector file; it fits wherever the reference or a model takes `{ data, shape }`. */
export interface Vector {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

type Pair = readonly [number, number];

/** What the case tries: for conv2d and maxPooling2d "input, window /strides *dilation ...". */
interface Named {
  readonly name: string;
}

/** An object of Keras. */
interface Configured {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A layer between x and y; dx is the gradient for the upstream gradient dy. */
interface LayerCase extends Named {
  readonly x: Vector;
  readonly y: Vector;
  readonly dy: Vector;
  readonly dx: Vector;
}

interface WeightedLayerCase extends LayerCase {
  readonly w: Vector;
  readonly dw: Vector;
  readonly b: Vector;
  readonly db: Vector;
}

interface KerasConfig {
  readonly className: string;
  /** As Keras has it. */
  readonly config: Readonly<Record<string, unknown>>;
}

interface SeveralInputs extends Named, KerasConfig {
  readonly xs: readonly Vector[];
  readonly y: Vector;
  readonly dy: Vector;
  readonly dxs: readonly Vector[];
  readonly weights?: readonly Vector[];
  readonly dweights?: readonly Vector[];
}

interface LossCase extends Named {
  /** Targets (n, classes). */
  readonly t: Vector;
  /** Sample weights (n). */
  readonly weights?: Vector;
  /** The unweighted loss of each sample (n). */
  readonly losses: Vector;
  /** The weighted mean. */
  readonly loss: number;
}

interface WeightSums {
  readonly shape: readonly number[];
  readonly sum: number;
  readonly sumOfSquares: number;
}

/** A layer as users make it, `layers[layer](options)`; weights before and after the call. */
export interface OptionsCase extends Named {
  readonly layer: string;
  readonly options: object;
  readonly training: boolean;
  readonly trainable: boolean;
  readonly x: Vector;
  readonly y: Vector;
  readonly weights: readonly Vector[];
  readonly after: readonly Vector[];
  /** Left out where TensorFlow has no gradient. */
  readonly dy?: Vector;
  readonly dx?: Vector;
  readonly dweights?: readonly Vector[];
}

/** The cases of each file, by the file's name. */
export interface VectorFamilies {
  conv2d: WeightedLayerCase & {
    readonly strides: Pair;
    readonly dilation: Pair;
    readonly padding: Padding;
    readonly activation: "linear" | "relu";
  };
  maxPooling2d: LayerCase & { readonly poolSize: Pair; readonly strides: Pair; readonly padding: Padding };
  dense: WeightedLayerCase & { readonly activation: "linear" | "relu" | "softmax" };
  normalization: OptionsCase;
  normalizationAxes: OptionsCase;
  pooling: OptionsCase;
  shapes: OptionsCase;
  resizing: OptionsCase;
  /** Flatten, and layers that draw random numbers, at inference. */
  identities: OptionsCase;
  /** What Keras' get_config gives of all other layers, without name and trainable. */
  layerConfigs: Named & Configured;
  /** Images in training, with the random numbers of seed 2^32 + 5, position 3 and step 17. */
  augmentation: Named & { readonly layer: string; readonly options: object; readonly x: Vector; readonly y: Vector };
  /** What Keras' get_config gives, without name, trainable and dtype. */
  augmentationConfigs: Named & { readonly layer: string; readonly config: Readonly<Record<string, unknown>> };
  rescaling: LayerCase & { readonly scale: number; readonly offset: number };
  /** Lists have one number for each index of the last axis. */
  rescalingPerChannel: LayerCase & {
    readonly scale: number | readonly number[];
    readonly offset: number | readonly number[];
  };
  /** By Keras' name, with the arguments that are not the defaults. */
  activations: LayerCase & { readonly options?: Readonly<Record<string, unknown>> };
  activationLayers: LayerCase & KerasConfig;
  /** One pass in training, and what it leaves of the weights; then three epochs of SGD (0.05, MSE) in batches of 4, and Keras' file of that. */
  spectralNormalization: LayerCase &
    KerasConfig & {
      readonly class_name: string;
      readonly weights: readonly Vector[];
      readonly dweights: readonly Vector[];
      readonly after: readonly Vector[];
      readonly predicted: Vector;
      readonly t: Vector;
      readonly trained: readonly Vector[];
      readonly losses: readonly number[];
      readonly after_fit: Vector;
      readonly file: string | null;
    };
  prelu: LayerCase & { readonly sharedAxes: readonly number[] | null; readonly w: Vector; readonly dw: Vector };
  /** Layers with several inputs xs. */
  merging: SeveralInputs;
  /** Layers that stand for keras.ops, likewise. */
  operators: SeveralInputs;
  /** Functions of keras.ops that are several layers here: models as Keras writes them, and what they predict. */
  functions: Named & { readonly model: unknown; readonly x: Vector; readonly outputs: readonly Vector[] };
  /** A network in training; `losses` of three epochs in batches of 5, not shuffled, with SGD of learning rate 0.1. */
  activityPenalties: Named & {
    readonly weights: readonly Vector[];
    readonly x: Vector;
    readonly t: Vector;
    readonly evaluated: number;
    readonly losses: readonly number[];
    readonly after: readonly Vector[];
  };
  /**
   * Two outputs, with a weight for each place: three epochs in batches of 4, the last one short, not shuffled, with SGD of learning rate 0.1;
   * then an evaluation.
   */
  positionWeights: {
    readonly weights: readonly Vector[];
    readonly x: Vector;
    readonly targets: Readonly<Record<"mask" | "edge", Vector>>;
    readonly sampleWeight: Readonly<Record<"mask" | "edge", Vector>>;
    readonly history: Readonly<Record<string, readonly number[]>>;
    readonly evaluated: Readonly<Record<string, number>>;
    readonly after: readonly Vector[];
  };
  /** What is added to the loss, and its gradient. */
  activityRegularization: Named & {
    readonly l1: number;
    readonly l2: number;
    readonly x: Vector;
    readonly penalty: number;
    readonly dx: Vector;
  };
  /** Softmax of the logits z, and the loss of its output p; dz is the gradient of the weighted mean. */
  softmaxCategoricalCrossentropy: LossCase & { readonly z: Vector; readonly p: Vector; readonly dz: Vector };
  /** The loss of probabilities p that no softmax made; dp is the gradient of the weighted mean. */
  categoricalCrossentropy: LossCase & { readonly p: Vector; readonly dp: Vector };
  categoricalAccuracy: Named & {
    readonly t: Vector;
    readonly p: Vector;
    readonly correct: Vector;
    readonly accuracy: number;
  };
  rmsprop: Named & {
    readonly learningRate: number;
    readonly rho: number;
    readonly momentum: number;
    readonly epsilon: number;
    readonly centered: boolean;
    /** Before the first step. */
    readonly w: Vector;
    /** The gradient of each step, and the weights after it. */
    readonly steps: readonly { readonly gradient: Vector; readonly w: Vector }[];
    /** The slots after the last step. */
    readonly velocity: Vector;
    readonly momentumSlot?: Vector;
    readonly averageGradient?: Vector;
  };
  glorotUniform: Named & {
    readonly shape: readonly number[];
    readonly fanIn: number;
    readonly fanOut: number;
    readonly limit: number;
  };
  /** Convolutions of all kinds but Conv2D's usual one. */
  convolutions: LayerCase & Configured & { readonly weights: readonly Vector[]; readonly dweights: readonly Vector[] };
  /** The penalty of a weight and its gradient. */
  regularizers: Named & Configured & { readonly w: Vector; readonly penalty: number; readonly dw: Vector };
  /** What a constraint makes of a weight. */
  constraints: Named & Configured & { readonly w: Vector; readonly after: Vector };
  /** Initializers that draw no random numbers, and what they make. */
  fixedInitializers: Named & Configured & { readonly w: Vector };
  /** What many numbers of an initializer have. */
  initializers: Named &
    Configured & {
      readonly shape: readonly number[];
      readonly mean: number;
      readonly stddev: number;
      /** Their greatest size; null where there is no limit. */
      readonly limit: number | null;
    };
  /**
   * Conv2D(4, 3, relu), MaxPooling2D(2), Conv2D(6, (3, 2), same, relu), Flatten, Dense(3, softmax) on x (7, 10, 9, 2),
   * trained with default RMSprop. Loss and accuracy are those of the step's batch before its update.
   */
  network: {
    readonly weights: readonly Vector[];
    readonly steps: readonly {
      readonly x: Vector;
      readonly t: Vector;
      readonly loss: number;
      readonly accuracy: number;
    }[];
    readonly finalWeights: readonly Vector[];
  };
  /**
   * Rescaling(1 / 255), Conv2D(32, 3, relu), MaxPooling2D(2), Conv2D(64, 3, relu), MaxPooling2D(2),
   * Conv2D(64, 3, relu), Flatten, Dense(64, relu), Dense(10, softmax), trained from `hashedWeights` with default
   * RMSprop for 20 steps on the first MNIST training images in file order. Losses and accuracies are those of each
   * step's batch before its update; the sums are of each weight tensor after 0, 1 and 20 steps.
   */
  training: {
    readonly batchSize: number;
    readonly losses: readonly number[];
    readonly accuracies: readonly number[];
    readonly weightsAfter: Readonly<Record<"0" | "1" | "20", readonly WeightSums[]>>;
  };
  /** model.summary() in a terminal of so many columns. */
  summary: Named & {
    readonly columns: number;
    readonly lineLength: number | null;
    readonly text: string;
  };
  /** What the first of `epochs` epochs prints: when it begins, when some of its batches end, and when it ends. */
  /** What is monitored after each epoch; weights are the epoch's index. */
  earlyStopping: Named & {
    readonly options: Readonly<Record<string, number | string | boolean>>;
    readonly values: readonly number[];
    /** The last epoch that ran. */
    readonly last: number;
    readonly stopped: number;
    readonly best: number;
    /** After training. */
    readonly weight: number;
  };
  /** The learning rate begins at 0.1. */
  reduceLROnPlateau: Named & {
    readonly options: Readonly<Record<string, number | string>>;
    readonly values: readonly number[];
    readonly logged: readonly number[];
    /** After each epoch. */
    readonly rates: readonly number[];
  };
  /** What `fit` on 12 samples in batches of 4 gives with SGD(0.1) and moving averages, and the kernel of its only layer after each epoch. */
  swapEMAWeights: Named & {
    readonly swapOnEpoch: boolean;
    readonly overwrite: number | null;
    readonly x: Vector;
    readonly y: Vector;
    readonly kernel: Vector;
    readonly losses: readonly number[];
    readonly valLosses: readonly number[];
    readonly seen: readonly Vector[];
    readonly after: Vector;
  };
  csvLogger: Named & {
    readonly separator: string;
    /** Of each epoch; texts are not finite. */
    readonly logs: readonly Readonly<Record<string, number | "nan" | "inf">>[];
    /** The file after a new log, one that is appended, and a new one in its place. */
    readonly texts: readonly string[];
  };
  /** Files in base64, and what is in them, row by row. */
  numpyFiles: Named & {
    readonly npy?: string;
    readonly npz?: string;
    readonly shape?: readonly number[];
    readonly values?: readonly number[];
  };
  progress: Named & {
    readonly what: "fit" | "evaluate" | "predict";
    readonly verbose: 1 | 2;
    readonly epochs: number;
    readonly steps: number | null;
    readonly begin: string;
    readonly events: readonly {
      /** Since the epoch began. */
      readonly seconds: number;
      /** Index of the batch that ended, or "end" of the epoch. */
      readonly batch: number | "end";
      readonly logs: Readonly<Record<string, number>>;
      readonly text: string;
    }[];
  };
  /** 10 steps of an optimizer on two weights, dense/kernel and dense/bias. */
  optimizers: Named & {
    readonly className: string;
    /** As our constructor takes them; a schedule is its class name and Keras' options. */
    readonly options: Readonly<Record<string, unknown>> & {
      readonly learningRate?: number | readonly [string, Readonly<Record<string, unknown>>];
    };
    /** What Keras' config holds, but the name. */
    readonly config: Readonly<Record<string, unknown>>;
    /** Before the first step. */
    readonly weights: readonly Vector[];
    /** The gradients of each step, and the weights after it. */
    readonly steps: readonly { readonly gradients: readonly Vector[]; readonly weights: readonly Vector[] }[];
    /** All that the optimizer keeps after the last step, in Keras' order, without the iteration and the learning rate. */
    readonly variables: readonly Vector[];
  };
  /** Learning rates of some steps. */
  schedules: Named & {
    readonly className: string;
    readonly options: Readonly<Record<string, unknown>>;
    readonly steps: readonly number[];
    readonly rates: readonly number[];
    readonly config: Readonly<Record<string, unknown>>;
  };
  /** The loss of a batch for the output that `activation` makes of x (null: x itself), and its gradient with respect to x. */
  losses: Named & {
    readonly className: string;
    /** As our constructor takes them. */
    readonly options: Readonly<Record<string, unknown>>;
    readonly activation: "softmax" | "sigmoid" | null;
    readonly x: Vector;
    readonly t: Vector;
    /** Sample weights. */
    readonly weights?: Vector;
    readonly loss: number;
    readonly gradient: Vector;
    /** What Keras' config holds, but the name. */
    readonly config: Readonly<Record<string, unknown>>;
  };
  /** A metric over a stream of batches. */
  metrics: Named & {
    readonly className: string;
    /** As our constructor takes them. */
    readonly options: Readonly<Record<string, unknown>>;
    readonly batches: readonly { readonly x: Vector; readonly t: Vector; readonly weights?: Vector }[];
    /** Several numbers: one for each threshold or class. */
    readonly result: number | readonly number[];
    /** What Keras' config holds, but the name. */
    readonly config: Readonly<Record<string, unknown>>;
  };
}
