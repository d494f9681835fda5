export type { Activation } from "./activations/activation.js";
export type { ActivationName } from "./activations/option.js";
export { registerActivation } from "./activations/registered.js";
export type { OptionsFor } from "./base/declared.js";
export type { Given, Option, Options, Values } from "./base/options.js";
export * from "./callbacks/index.js";
export type { History, Logs } from "./callbacks/logs.js";
export { registerConstraint } from "./constraints/registered.js";
export { type CenterDigitOptions, centerDigit } from "./data/centerDigit.js";
export { type CleanDigitOptions, cleanDigit } from "./data/cleanDigit.js";
export { Dataset, type Elements } from "./data/dataset.js";
export type { ArrayElements, SampleElement } from "./data/elements.js";
export { type LoadFashionMnistOptions, loadFashionMnist } from "./data/fashionMnist.js";
export { type FromPixelsOptions, fromPixels, type ImageTensor } from "./data/fromPixels.js";
export { type IdxArray, parseIdx } from "./data/idx.js";
export { type CutMixBatchOptions, cutMix, type MixUpBatchOptions, mixUp } from "./data/mixing.js";
export { type LoadMnistOptions, loadMnist, type Mnist, type MnistArray, type MnistProgress } from "./data/mnist.js";
export { type NpyArray, parseNpy } from "./data/npy.js";
export type { PixelSource, Pixels } from "./data/pixels.js";
export type { BatchDataset, BatchElement, PassPosition, ShapedNumbers } from "./data/samples.js";
export { type Sample, type StackedNumbers, stack } from "./data/stack.js";
export { type Labels, toCategorical } from "./data/toCategorical.js";
export { type BackendInfo, backendInfo } from "./engine/backend.js";
export { type InitOptions, init } from "./engine/init.js";
export { kernelPack } from "./engine/kernels/kernelPack.js";
export type { Kernel, KernelPack } from "./engine/kernels/kernels.js";
export type { Bytes } from "./engine/kernels/kinds.js";
export type { Recorded } from "./engine/program/program.js";
export { ProgramBuilder } from "./engine/program/program.js";
export type { Region } from "./engine/program/region.js";
export type { Shape } from "./engine/program/shape.js";
export type {
  Initializer,
  Weight,
  WeightConstraint,
  WeightFiller,
  WeightRegularizer,
  WeightSpec,
} from "./engine/program/weight.js";
/** All activations: `activations.leakyRelu({ negativeSlope: 0.1 })` where the name alone does not do. */
export * as activations from "./entries/activations.js";
/** All constraints of weights. */
export * as constraints from "./entries/constraints.js";
/** All initializers of weights. */
export * as initializers from "./entries/initializers.js";
/** All layers: each class, and what makes one: `layers.conv2d({ filters: 32, kernelSize: 3 })`. */
export * as layers from "./entries/layers.js";
/** All losses. */
export * as losses from "./entries/losses.js";
/** All metrics. */
export * as metrics from "./entries/metrics.js";
/** All optimizers. */
export * as optimizers from "./entries/optimizers.js";
/** All regularizers of weights and outputs. */
export * as regularizers from "./entries/regularizers.js";
/** All schedules of the learning rate. */
export * as schedules from "./entries/schedules.js";
export { deleteModel, listModels } from "./entries/storage.js";
export type { Format } from "./files/formats.js";
export { loadNpy, loadNpz } from "./files/numpy.js";
export type { ModelSource, ModelTarget } from "./files/target.js";
export { Block, defineBlock } from "./graph/block.js";
export type {
  CompiledSnapshot,
  FitPosition,
  LayerSnapshot,
  ModelSnapshot,
  OptimizerState,
  Progress,
} from "./graph/snapshot.js";
export { GlorotUniform } from "./initializers/glorotUniform.js";
export { registerInitializer } from "./initializers/registered.js";
export { Zeros } from "./initializers/zeros.js";
export { defineLayer, Layer, type LayerConfig, type LayerOptions, type OptionsOf } from "./layers/base/layer.js";
export type { Padding } from "./layers/base/slide.js";
export { type OpenShape, SymbolicTensor } from "./layers/base/symbolic.js";
export type { GivenWeight, NamedWeight, WeightInfo } from "./layers/base/variable.js";
export { Conv2D, type Conv2DOptions } from "./layers/convolution/conv2d.js";
export { Dense, type DenseOptions } from "./layers/core/dense.js";
export { InputLayer, type InputOptions, input } from "./layers/core/inputLayer.js";
export { Rescaling, type RescalingOptions } from "./layers/core/rescaling.js";
/** The options of `defineLayer` and its like: each says what values are taken. */
export * as options from "./layers/options.js";
export { MaxPooling2D, type MaxPooling2DOptions } from "./layers/pooling/maxPooling2d.js";
export { registerLayer } from "./layers/registered.js";
export { Flatten } from "./layers/reshaping/flatten.js";
export { CategoricalCrossentropy } from "./losses/categoricalCrossentropy.js";
export {
  type CustomLossOptions,
  customLoss,
  type SampleGradient,
  type SampleLoss,
} from "./losses/customLoss.js";
export { Loss, type RecordedLoss } from "./losses/loss.js";
export { registerLoss } from "./losses/registered.js";
export { type CustomMetricOptions, customMetric, type SampleMetric, type SumsResult } from "./metrics/customMetric.js";
export { Metric, type MetricResult } from "./metrics/metric.js";
export { registerMetric } from "./metrics/registered.js";
export type { ModelBackendInfo } from "./model/backendInfo.js";
export { BaseModel } from "./model/baseModel.js";
export { cloneModel } from "./model/cloneModel.js";
export type { CompileOptions } from "./model/compile.js";
export type { Data } from "./model/data.js";
export { type FindLearningRateOptions, findLearningRate, type LearningRateCurve } from "./model/findLearningRate.js";
export { modelFromJSON, modelFromSnapshot } from "./model/fromData.js";
export type { NumberTensor } from "./model/inference.js";
export { type LoadOptions, loadModel, modelFromBytes } from "./model/load.js";
export type { LoadedModel } from "./model/makeModel.js";
export { type GraphOptions, Model, type TensorsOption } from "./model/model.js";
export type {
  ActivationsOptions,
  BatchOptions,
  EvaluateOptions,
  FitOptions,
  ModelOptions,
  PassOptions,
  RunOptions,
  ValidationData,
  Verbosity,
  WeightOptions,
} from "./model/options.js";
export type { NestedArray, Samples } from "./model/rows.js";
export type { ClassWeight, SampleWeight } from "./model/sampleWeights.js";
export type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from "./model/save.js";
export { Sequential, type SequentialOptions } from "./model/sequential.js";
export type { SummaryOptions } from "./model/summary.js";
export type { SnapshotOptions } from "./model/takeSnapshot.js";
export type { Prediction } from "./model/trainableModel.js";
export type { LogNames, TypedLogs } from "./model/typedLogs.js";
export type {
  AdadeltaOptions,
  AdafactorOptions,
  AdagradOptions,
  AdamaxOptions,
  AdamOptions,
  AdamWOptions,
  FtrlOptions,
  LambOptions,
  LionOptions,
  MuonOptions,
  NadamOptions,
  RMSpropOptions,
  SGDOptions,
} from "./optimizers/index.js";
export { Optimizer, type OptimizerBlocks, type OptimizerOptions, type UpdateBlocks } from "./optimizers/optimizer.js";
export { registerOptimizer } from "./optimizers/registered.js";
export { RMSprop } from "./optimizers/rmsprop.js";
export type { ProgressOutput } from "./platform/progressOutput.js";
export { registerRegularizer } from "./regularizers/registered.js";
export { registerSchedule } from "./schedules/registered.js";
