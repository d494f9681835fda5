import { type Gathered, gather } from "./batch.js";
import type { Callback } from "./callback.js";
import { type History, type Logs, meanLogs } from "./history.js";
import { evaluateRows } from "./inference.js";
import type { Rows } from "./rows.js";
import type { Runtime } from "./runtime.js";
import { shuffledOrder } from "./shuffle.js";
import type { FitPosition } from "./snapshot.js";

/** What `fit` was called with, checked. */
export interface FitJob {
  readonly x: Rows;
  readonly y: Rows;
  readonly validation: { readonly x: Rows; readonly y: Rows } | undefined;
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
  const { x, validation, batchSize, epochs, shuffle, from } = job;
  const { counters } = runtime;
  const steps = Math.ceil(x.count / batchSize);
  const history: History = { history: {}, epoch: [], params: { epochs, steps } };
  const tell = (call: (callback: Callback) => unknown) => tellAll(job, call);

  // Before any callback has run or epoch begun: may be refused for want of a file.
  await runtime.ready();
  let logs = {} as Logs;
  await tell((c) => c.onTrainBegin?.());
  for (let epoch = from?.epoch ?? job.initialEpoch; epoch < epochs; epoch++) {
    const begin = { epoch, step: 0, epochs: counters.epochs, batchSize, samples: x.count, shuffle, sums: [] };
    counters.fit = from?.epoch === epoch ? from : begin;
    await tell((c) => c.onEpochBegin?.(epoch));
    logs = await runEpoch(runtime, job, steps, counters.fit);
    if (validation) {
      Object.assign(logs, await evaluateRows(runtime, validation.x, validation.y, batchSize, "val_"));
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
  await tell((c) => c.onTrainEnd?.({ ...logs }));
  runtime.checkInUse("fit");
  return history;
}

/** Calls each callback in turn, then gives way to an abort. */
async function tellAll(job: FitJob, call: (callback: Callback) => unknown): Promise<void> {
  for (const callback of job.callbacks) await job.inCallback(() => call(callback));
  job.signal?.throwIfAborted();
}

async function runEpoch(runtime: Runtime, job: FitJob, steps: number, begin: FitPosition): Promise<Logs> {
  const { x, y, batchSize, signal } = job;
  const { counters, engine, seed } = runtime;
  const order = job.shuffle ? shuffledOrder(engine, x.count, seed, begin.epochs) : undefined;
  counters.epochs = begin.epochs + 1;
  const names = runtime.measureNames;
  const gatherStep = (step: number, into?: Gathered) => {
    const first = step * batchSize;
    const samples = Math.min(batchSize, x.count - first);
    return gather({ x, y, index: (i) => order?.[first + i] ?? first + i, samples, batchSize }, into);
  };
  const logsAt = ({ step, sums }: FitPosition) => meanLogs(names, sums, Math.min(step * batchSize, x.count));
  let place = begin;
  let batch = gatherStep(Math.min(begin.step, steps - 1));
  while (place.step < steps) {
    const { step } = place;
    await tellAll(job, (c) => (c.onBatchBegin ?? c.onTrainBatchBegin)?.call(c, step));
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
    await tellAll(job, (c) => (c.onBatchEnd ?? c.onTrainBatchEnd)?.call(c, step, { ...logs }));
    if (job.stopped()) break;
  }
  return logsAt(place);
}
