/** How far a value may lie from the expected one: |actual - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/** Every tolerance of the tests, by what is compared. */
export const tolerances = {
  /** Finite differences in f64 against the backward passes of the reference. */
  finiteDifference: { absolute: 1e-8, relative: 1e-7 },
  /** One pass of a layer, loss or metric: Keras' f32 against the f64 of the reference. */
  keras: { absolute: 1e-6, relative: 1e-6 },
  /** Weights and slots of an optimizer after a few steps, likewise. */
  kerasOptimizer: { absolute: 2e-7, relative: 5e-7 },
  /** Whole training steps: f32 of Keras against the f64 of the reference. */
  kerasTraining: { absolute: 1e-7, relative: 1e-6 },
  /** Sums over all values of a weight tensor after such steps. */
  kerasSums: { absolute: 2e-6, relative: 1e-7 },
  /** Predictions of a model read by us and by the tool that wrote it. */
  otherTools: { absolute: 1e-5, relative: 0 },
  /** The same f64 arithmetic in another order. */
  sameArithmetic: { absolute: 1e-9, relative: 1e-12 },
  /** What is exact in f32, integers above all. */
  exact: { absolute: 0, relative: 0 },
  /** A few operations of a kernel, its f32 against the f64 of the reference. */
  kernel: { absolute: 1e-7, relative: 3e-7 },
  /** An activation, likewise: a few functions of assembly/lib/math.ts after another. */
  activation: { absolute: 5e-7, relative: 2e-6 },
  /** Long sums of products of a kernel, likewise. */
  kernelSum: { absolute: 1e-5, relative: 2e-6 },
  /** Likewise of Winograd's tiles of 4 x 4. */
  kernelSumWinograd: { absolute: 2e-5, relative: 4e-6 },
  /** Both passes of a layer through the library: f32 against Keras' f32 or the f64 of the reference. */
  layer: { absolute: 2e-6, relative: 2e-6 },
  /** Likewise of convolutions that Winograd's tiles of 4 x 4 make: their rounding errors are two to three times as large. */
  layerWinograd: { absolute: 1e-5, relative: 2e-6 },
  /** Weights and slots after ten steps of an optimizer, likewise. */
  kernelOptimizer: { absolute: 1e-6, relative: 1e-6 },
  /** Weights and slots after ten steps of an optimizer: our f32 against Keras' f32. */
  optimizer: { absolute: 1e-6, relative: 5e-6 },
  /** Likewise slots of Ftrl, whose `linear` takes small differences of large roots. */
  optimizerFtrl: { absolute: 3e-5, relative: 1e-5 },
  /** Metrics over some batches: our f32 against Keras' f32. */
  metric: { absolute: 2e-6, relative: 2e-6 },
  /** Learning rates: our f64 against Keras' f32. */
  schedule: { absolute: 1e-8, relative: 1e-6 },
  /** Losses of a sample, likewise: sums of logarithms. */
  kernelLoss: { absolute: 1e-6, relative: 1e-6 },
  /** Gradients that divide by probabilities, likewise. */
  kernelGradient: { absolute: 1e-6, relative: 1e-6 },
  /** Gradients of a layer against finite differences of its forward pass, both in f32. */
  layerDifference: { absolute: 2e-3, relative: 2e-3 },
  /** Gradients of a loss or penalty, likewise: means over all elements, so they are small. */
  lossDifference: { absolute: 2e-4, relative: 5e-3 },
  /** The loss of each of the first 20 training steps: f32 against Keras' f32. Later rounding grows too far to compare. */
  training: { absolute: 0, relative: 1e-5 },
  /** Losses of a few epochs and predictions of relaxed kernels against the default ones. */
  relaxedTraining: { absolute: 1e-4, relative: 1e-4 },
  /** Weights after 5 such steps. */
  trainedWeights: { absolute: 2e-6, relative: 2e-6 },
  /** Three steps of optimizers that TensorFlow.js computes by a formula of its own. */
  interopFormula: { absolute: 2e-2, relative: 2e-2 },
  /** Predictions of other libraries of a model that went from one to the other in a file. */
  interop: { absolute: 1e-5, relative: 1e-5 },
  /** Predictions of weights that are held as halves. */
  halfWeights: { absolute: 2e-2, relative: 2e-2 },
  /** Sums over the weights after such steps. */
  trainingSums: { absolute: 1e-3, relative: 1e-4 },
} satisfies Record<string, Tolerance>;
