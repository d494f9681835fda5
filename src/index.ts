export type { Activation } from "./activations/activation.js";
export * as activations from "./activations/index.js";
export type { ActivationName } from "./activations/option.js";
export { type CenterDigitOptions, centerDigit } from "./data/centerDigit.js";
export { type FromPixelsOptions, fromPixels, type ImageTensor } from "./data/fromPixels.js";
export { type IdxArray, parseIdx } from "./data/idx.js";
export { type LoadMnistOptions, loadMnist, type Mnist, type MnistArray, type MnistProgress } from "./data/mnist.js";
export type { PixelSource, Pixels } from "./data/pixels.js";
export { type Labels, toCategorical } from "./data/toCategorical.js";
export { type BackendInfo, backendInfo } from "./engine/backend.js";
export { type InitOptions, init } from "./engine/init.js";
export { kernelPack } from "./engine/kernelPack.js";
export type { Kernel, KernelPack } from "./engine/kernels.js";
export type { Recorded } from "./engine/program.js";
export { ProgramBuilder } from "./engine/program.js";
export type { Region } from "./engine/region.js";
export type { Shape } from "./engine/shape.js";
export type { Initializer, Weight, WeightFiller, WeightSpec } from "./engine/weight.js";
export type { Format } from "./files/formats.js";
export { deleteModel, listModels } from "./files/storage.js";
export type { ModelSource, ModelTarget } from "./files/target.js";
export { GlorotUniform } from "./initializers/glorotUniform.js";
export { Zeros } from "./initializers/zeros.js";
export { Conv2D, type Conv2DOptions } from "./layers/conv2d.js";
export { Dense, type DenseOptions } from "./layers/dense.js";
export { Flatten } from "./layers/flatten.js";
export * as layers from "./layers/index.js";
export { Layer, type LayerConfig, type LayerOptions } from "./layers/layer.js";
export { MaxPooling2D, type MaxPooling2DOptions } from "./layers/maxPooling2d.js";
export type { Padding } from "./layers/padding.js";
export { Rescaling, type RescalingOptions } from "./layers/rescaling.js";
export { CategoricalCrossentropy } from "./losses/categoricalCrossentropy.js";
export { Loss, type RecordedLoss } from "./losses/loss.js";
export type { ModelBackendInfo } from "./model/backendInfo.js";
export type { Callback } from "./model/callback.js";
export type { History, Logs } from "./model/history.js";
export type { NumberTensor } from "./model/inference.js";
export { type LoadOptions, loadModel, modelFromBytes, modelFromJSON, modelFromSnapshot } from "./model/load.js";
export {
  ModelCheckpoint,
  type ModelCheckpointOptions,
  type NewestCheckpointOptions,
  newestCheckpoint,
} from "./model/modelCheckpoint.js";
export type {
  ActivationsOptions,
  BatchOptions,
  CompileOptions,
  FitOptions,
  SequentialOptions,
} from "./model/options.js";
export type { NestedArray, Samples } from "./model/rows.js";
export type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from "./model/savable.js";
export { Sequential } from "./model/sequential.js";
export type {
  CompiledSnapshot,
  FitPosition,
  LayerSnapshot,
  ModelSnapshot,
  OptimizerState,
  Progress,
} from "./model/snapshot.js";
export type { SummaryOptions } from "./model/summary.js";
export type { SnapshotOptions } from "./model/takeSnapshot.js";
export type { GivenWeight, NamedWeight } from "./model/weights.js";
export { Optimizer, type OptimizerBlocks } from "./optimizers/optimizer.js";
export { RMSprop, type RMSpropOptions } from "./optimizers/rmsprop.js";
