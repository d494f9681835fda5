import type { FitPosition } from "../graph/snapshot.js";
import { type Batch, type DataRows, gather, kindOfData } from "./batch.js";
import type { Callback } from "./callback.js";
import type { History, Logs } from "./history.js";
import { evaluateRows } from "./inference.js";
import { logsOf } from "./measures.js";
import type { Runtime } from "./runtime.js";
import { shuffledOrder } from "./shuffle.js";

/** What `fit` was called with, checked. */
export interface FitJob {
  readonly data: DataRows;
  readonly validation: DataRows | undefined;
  readonly validationFreq: number;
  readonly validationBatchSize: number;
  readonly batchSize: number;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly shuffle: boolean;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal | undefined;
  /** Whether someone has set `stopTraining`. */
  readonly stopped: () => boolean;
  /** Runs callbacks; what they may do to the model is up to it. */
  readonly inCallback: (call: () => unknown) => Promise<void>;
  /** Where an earlier `fit` was, to go on from there. */
  readonly from: FitPosition | undefined;
}

export async function runFit(runtime: Runtime, job: FitJob): Promise<History> {
  const { data, validation, batchSize, epochs, shuffle, from } = job;
  const { counters } = runtime;
  const steps = Math.ceil(data.count / batchSize);
  const history: History = { history: {}, epoch: [], params: { epochs, steps } };
  const tell = (call: (callback: Callback) => unknown) => tellAll(runtime, job, call);

  // Before any callback has run or epoch begun: may be refused for want of a file, memory or threads.
  await runtime.readyToTrain("fit", kindOfData(data, batchSize), Math.min(batchSize, data.count));
  let logs = {} as Logs;
  await tell((c) => c.onTrainBegin?.());
  for (let epoch = from?.epoch ?? job.initialEpoch; epoch < epochs; epoch++) {
    const begin = { epoch, step: 0, epochs: counters.epochs, batchSize, samples: data.count, shuffle, sums: [] };
    counters.fit = from?.epoch === epoch ? from : begin;
    await tell((c) => c.onEpochBegin?.(epoch));
    logs = await runEpoch(runtime, job, steps, counters.fit);
    if (validation && (epoch + 1) % job.validationFreq === 0) {
      const validated = await evaluateRows("fit", runtime, validation, job.validationBatchSize, "val_");
      logs = { ...logs, ...validated };
    }
    for (const [name, value] of Object.entries(logs)) {
      history.history[name] ??= [];
      history.history[name].push(value);
    }
    history.epoch.push(epoch);
    if (counters.fit.step === steps) counters.fit = { ...begin, epoch: epoch + 1, epochs: counters.epochs };
    await tell((c) => c.onEpochEnd?.(epoch, { ...logs }));
    if (job.stopped()) break;
  }
  if (history.epoch.length > 0) await runtime.takeAverages();
  await tell((c) => c.onTrainEnd?.({ ...logs }));
  return history;
}

/** Calls each callback in turn, then gives way to an abort and to `dispose`. */
async function tellAll(runtime: Runtime, job: FitJob, call: (callback: Callback) => unknown): Promise<void> {
  for (const callback of job.callbacks) await job.inCallback(() => call(callback));
  job.signal?.throwIfAborted();
  runtime.checkInUse("fit");
}

async function runEpoch(runtime: Runtime, job: FitJob, steps: number, begin: FitPosition): Promise<Logs> {
  const { data, batchSize, signal } = job;
  const { counters, seed } = runtime;
  const order = job.shuffle ? shuffledOrder(data.count, seed, begin.epochs) : undefined;
  counters.epochs = begin.epochs + 1;
  const kind = kindOfData(data, batchSize);
  const gatherStep = (step: number, into?: Batch) => {
    const first = step * batchSize;
    const samples = Math.min(batchSize, data.count - first);
    return gather(data, kind, samples, (i) => order?.[first + i] ?? first + i, into);
  };
  const logsAt = ({ sums }: FitPosition) => logsOf(runtime.compiled!, sums);
  let place = begin;
  let batch = gatherStep(Math.min(begin.step, steps - 1));
  while (place.step < steps) {
    const { step } = place;
    await tellAll(runtime, job, (c) => (c.onBatchBegin ?? c.onTrainBatchBegin)?.call(c, step));
    let next = batch;
    const meanwhile = () => {
      // The model has its copy of the batch; the next one takes its place.
      if (step + 1 < steps) next = gatherStep(step + 1, batch);
    };
    const completed = await runtime.train("fit", batch, place, { signal, meanwhile });
    // A step that was completed all the same is told of first.
    if (!completed) signal?.throwIfAborted();
    batch = next;
    place = counters.fit!;
    const logs = logsAt(place);
    await tellAll(runtime, job, (c) => (c.onBatchEnd ?? c.onTrainBatchEnd)?.call(c, step, { ...logs }));
    if (job.stopped()) break;
  }
  return logsAt(place);
}
