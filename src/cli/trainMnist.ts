import { basename } from "node:path";
import { ProgressBar } from "../callbacks/progressBar.js";
import { checkpointName } from "../files/checkpoints.js";
import type { CompileOptions, Sequential } from "../index.js";
import { progressOutput } from "../platform/nodeTerminal.js";
import { type CheckpointOptions, checkpointNow, checkpoints } from "./checkpoint.js";
import { mnistData } from "./mnistData.js";
import { checkOutput, rescued, saveModel } from "./output.js";
import { packageVersion } from "./packageVersion.js";
import { type RecipeName, recipes } from "./recipes.js";
import { summaryWidth } from "./terminal.js";
import { lossAndAccuracy, TrainingRecord } from "./trainingRecord.js";
import { resultsObject, resultsText } from "./trainingResults.js";
import { enableTurbo } from "./turbo.js";
import { UsageError } from "./usageError.js";

/** Training images of MNIST. */
const MNIST_IMAGES = 60_000;

export interface TrainMnistOptions extends CheckpointOptions {
  recipe: RecipeName;
  /** Default: the recipe's. */
  epochs?: number;
  /** Default: the recipe's. */
  batchSize?: number;
  seed: number;
  threads: "auto" | number;
  relaxed?: boolean;
  turbo?: boolean;
  data?: string;
  limit?: number;
  json?: boolean;
  quiet?: boolean;
  /** The file to save the model to. */
  save?: string;
}

/** `wasm-cnn train-mnist`: trains and tests the network, with progress and results on stdout (with `json`: stderr). */
export async function trainMnist(options: TrainMnistOptions): Promise<void> {
  const { recipe, relaxed = false, turbo = false, json = false, quiet = false } = options;
  const stream = json ? process.stderr : process.stdout;
  const print = (text: string) => stream.write(`${text}\n`);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  const { signal } = interruption;

  // Before anything is compiled.
  if (turbo) {
    const { note } = enableTurbo();
    if (!quiet) print(`--turbo: ${note}`);
  }
  const { model, compile, fit } = recipes[recipe](options);
  const { epochs, batchSize } = fit;
  // Before data are fetched, so that what is refused is refused at once.
  compileModel(model, compile(MNIST_IMAGES), options);
  const record = new TrainingRecord();
  let steps = 0;
  let test: { loss: number; accuracy: number } | undefined;
  // Only once: a second Ctrl-C meets Node's own handler, which ends the process.
  process.once("SIGINT", interrupt);
  try {
    if (options.save !== undefined) await checkOutput("--save", options.save);
    const { callbacks: saving, fit: resuming } = await checkpoints(options, print);
    const data = await mnistData({ ...options, signal, onMessage: quiet ? () => {} : print });
    compileModel(model, compile(data.train.count), options);
    if (!quiet) model.summary({ print, lineLength: summaryWidth(stream) });
    steps = Math.ceil(data.train.count / batchSize);
    const progress = quiet ? [] : [new ProgressBar({ output: progressOutput(stream) })];
    const callbacks = [record.callback(data.train.count, batchSize), ...progress, ...saving];
    await model.fit(data.train.images, data.train.labels, { ...fit, callbacks, signal, ...resuming });
    signal.throwIfAborted();
    test = lossAndAccuracy(await model.evaluate(data.test.images, data.test.labels, { batchSize }));
  } catch (error) {
    if (signal.aborted && options.checkpoint !== undefined) await checkpointNow(model, options.checkpoint, print);
    if (!(signal.aborted && error instanceof Error && error.name === "AbortError")) {
      throw record.reached ? await rescuedTraining(error, model, options) : error;
    }
  } finally {
    process.off("SIGINT", interrupt);
  }

  const results = {
    record,
    test,
    interrupted: signal.aborted,
    epochs,
    steps,
    threads: model.backendInfo().threads,
    relaxed,
    turbo,
    recipe,
    seed: model.seed,
    fingerprint: await model.fingerprint(),
    wasmCnn: packageVersion(),
  };
  print(resultsText(results));
  if (json) process.stdout.write(`${JSON.stringify(resultsObject(results))}\n`);
  if (signal.aborted) process.exitCode = 130;
  if (options.save !== undefined) await saveModel(model, options.save);
  model.dispose();
}

/** What a training that was to be kept has reached is kept, whatever has ended it: as a checkpoint to go on from, if there are such. */
async function rescuedTraining(error: unknown, model: Sequential, { save, checkpoint }: TrainMnistOptions) {
  if (checkpoint !== undefined) {
    const { progress } = await model.snapshot();
    return rescued(error, model, checkpointName(progress?.iterations ?? 0));
  }
  return save === undefined ? error : rescued(error, model, basename(save));
}

/** @throws UsageError if `threads` is refused, Error if `relaxed` is */
function compileModel(model: Sequential, settings: CompileOptions, { threads, relaxed = false }: TrainMnistOptions) {
  try {
    model.compile({ ...settings, threads, relaxed });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(error.message, { cause: error });
  }
}
