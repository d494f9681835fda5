export { BackupAndRestore, type BackupAndRestoreOptions } from "./backupAndRestore.js";
export type { Callback, CallbackParams, TrainedModel } from "./callback.js";
export { CSVLogger, type CSVLoggerOptions } from "./csvLogger.js";
export { EarlyStopping, type EarlyStoppingOptions } from "./earlyStopping.js";
export { LambdaCallback } from "./lambdaCallback.js";
export { LearningRateScheduler } from "./learningRateScheduler.js";
export {
  ModelCheckpoint,
  type ModelCheckpointOptions,
  type NewestCheckpointOptions,
  newestCheckpoint,
} from "./modelCheckpoint.js";
export type { MonitorOptions } from "./monitor.js";
export { ProgressBar, type ProgressBarOptions } from "./progressBar.js";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduceLROnPlateau.js";
export { SwapEMAWeights, type SwapEMAWeightsOptions } from "./swapEMAWeights.js";
export { TensorBoard, type TensorBoardOptions } from "./tensorBoard.js";
export { TerminateOnNaN } from "./terminateOnNaN.js";
