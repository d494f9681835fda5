import type { Callback } from "../callbacks/callback.js";
import type { History, Logs } from "../callbacks/logs.js";
import type { CallbackState, FitPosition } from "../graph/snapshot.js";
import type { Batch } from "./batch.js";
import type { BatchReader, BatchSource } from "./batchSource.js";
import { evaluateBatches } from "./inference.js";
import { logsOf, measureNames } from "./measures.js";
import type { Runtime } from "./runtime.js";

/** What `fit` was called with, checked. */
export interface FitJob {
  readonly data: BatchSource;
  readonly validation: BatchSource | undefined;
  readonly validationFreq: number;
  readonly validationSteps: number | undefined;
  readonly stepsPerEpoch: number | undefined;
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly shuffle: boolean;
  /** Those that save the training last. */
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
  const { data, validation, epochs, stepsPerEpoch, from } = job;
  const steps = stepsPerEpoch ?? data.steps;
  const history: History = { history: {}, epoch: [], params: { epochs, steps } };
  const names = measureNames(runtime.compiled!);
  const metrics = validation ? [...names, ...names.map((name) => `val_${name}`)] : names;

  // Before any callback has run or epoch begun: may be refused for want of a file, memory or threads.
  const { kind, samples = Infinity } = data;
  await (kind ? runtime.readyToTrain("fit", kind, Math.min(kind.batchSize, samples)) : runtime.ready());
  const fit = new Fit(runtime, job);
  let logs = {} as Logs;
  try {
    await fit.tell((c) => c.setParams?.({ epochs, steps, metrics }));
    await fit.tell((c) => c.onTrainBegin?.());
    if (runtime.counters.swapped) await runtime.swapAverages("fit", false);
    fit.restoreStates(from?.callbacks);
    for (let epoch = from?.epoch ?? job.initialEpoch; epoch < epochs; epoch++) {
      logs = await fit.epoch(epoch, from?.epoch === epoch ? from : undefined);
      for (const [name, value] of Object.entries(logs)) {
        history.history[name] ??= [];
        history.history[name].push(value);
      }
      history.epoch.push(epoch);
      if (job.stopped()) break;
    }
    if (history.epoch.length > 0) await runtime.takeAverages();
    await fit.tell((c) => c.onTrainEnd?.({ ...logs }));
  } finally {
    await fit.close();
  }
  return history;
}

/** Epoch after epoch, over pass after pass of the data. */
class Fit {
  readonly #runtime: Runtime;
  readonly #job: FitJob;
  #reader: BatchReader | undefined;
  /** Which pass this is, how many of its batches have been trained on, and the one that comes next; undefined at its end. */
  #pass = 0;
  #taken = 0;
  #next: Batch | undefined;
  #states: readonly CallbackState[] = [];

  constructor(runtime: Runtime, job: FitJob) {
    this.#runtime = runtime;
    this.#job = job;
  }

  /**
   * Calls each callback in turn, then gives way to an abort and to `dispose`.
   * @param settle called before those that save the training
   */
  async tell(call: (callback: Callback) => unknown, settle?: () => void): Promise<void> {
    const { callbacks, inCallback, signal } = this.#job;
    let settled = false;
    for (const callback of callbacks) {
      if (callback.savesTraining && !settled) settle?.();
      settled ||= callback.savesTraining === true;
      await inCallback(() => call(callback));
    }
    if (!settled) settle?.();
    signal?.throwIfAborted();
    this.#runtime.checkInUse("fit");
  }

  /** The first callback of a name gets the state of the first one of that name, and so on. */
  restoreStates(states: readonly CallbackState[] = []): void {
    const left = [...states];
    for (const callback of this.#job.callbacks) {
      const at = callback.restore ? left.findIndex(({ name }) => name === (callback.name ?? "")) : -1;
      if (at >= 0) callback.restore!(left.splice(at, 1)[0]!.state);
    }
    this.#keepStates();
  }

  /** What snapshots hold from now on. */
  #keepStates(): void {
    const { counters } = this.#runtime;
    this.#states = this.#job.callbacks.flatMap((c) => (c.state ? [{ name: c.name ?? "", state: c.state() }] : []));
    if (counters.fit && this.#states.length > 0) counters.fit = { ...counters.fit, callbacks: this.#states };
  }

  close(): Promise<unknown> | undefined {
    return this.#reader?.close?.();
  }

  /** The place where an epoch begins. */
  #placeOf(epoch: number): FitPosition {
    const { data, shuffle, stepsPerEpoch } = this.#job;
    const { samples, batchSize = this.#next?.kind.batchSize } = data;
    return {
      ...{ epoch, step: 0, epochs: this.#next ? this.#pass : this.#runtime.counters.epochs },
      ...(this.#next && { skipped: this.#taken }),
      ...(batchSize !== undefined && { batchSize }),
      ...(samples !== undefined && { samples }),
      ...(stepsPerEpoch !== undefined && { stepsPerEpoch }),
      ...{ shuffle, sums: [] },
      ...(this.#states.length > 0 && { callbacks: this.#states }),
    };
  }

  /** @param from where in it to begin @returns what is reported of it */
  async epoch(epoch: number, from: FitPosition | undefined): Promise<Logs> {
    const { validation, validationFreq, validationSteps, callbacks, stepsPerEpoch } = this.#job;
    const runtime = this.#runtime;
    const { counters } = runtime;
    counters.fit = from ?? this.#placeOf(epoch);
    await this.tell((c) => c.onEpochBegin?.(epoch));
    await this.#open(counters.fit);
    await this.#steps();
    const logs = logsOf(runtime.compiled!, counters.fit.sums);
    if (validation && (epoch + 1) % validationFreq === 0) {
      const tell = callbacks.length > 0 ? this.tell.bind(this) : undefined;
      const options = { prefix: "val_", steps: validationSteps, tell };
      Object.assign(logs, await evaluateBatches("fit", runtime, validation, options));
    }
    const isOver = !this.#next || counters.fit.step === stepsPerEpoch;
    const shown = { ...logs };
    await this.tell(
      (c) => c.onEpochEnd?.(epoch, shown),
      () => {
        if (isOver) counters.fit = this.#placeOf(epoch + 1);
        this.#keepStates();
      },
    );
    // What callbacks have added counts, what they have changed does not.
    return { ...shown, ...logs };
  }

  /** Begins a pass, if the one under way is not to go on. */
  async #open({ epochs, step, skipped = 0, batchSize }: FitPosition): Promise<void> {
    if (this.#next) return;
    const { counters, seed } = this.#runtime;
    await this.close();
    counters.epochs = epochs + 1;
    this.#pass = epochs;
    this.#taken = skipped + step;
    this.#reader = this.#job.data.begin({ pass: epochs, seed, skip: this.#taken, batchSize });
    this.#next = await this.#reader.next();
    if (!this.#next && this.#taken === 0) throw new Error("fit: expected at least one batch in each pass, got none");
  }

  async #steps(): Promise<void> {
    const { signal, stepsPerEpoch, stopped } = this.#job;
    const runtime = this.#runtime;
    const { counters } = runtime;
    while (this.#next && counters.fit!.step !== stepsPerEpoch) {
      const place = counters.fit!;
      const { step } = place;
      const batch = this.#next;
      await this.tell((c) => (c.onBatchBegin ?? c.onTrainBatchBegin)?.call(c, step));
      let next: ReturnType<BatchReader["next"]>;
      const meanwhile = () => {
        // The model has its copy of the batch; the next one takes its place.
        next = this.#reader!.next(batch);
        // Told of below.
        if (next instanceof Promise) next.catch(() => {});
      };
      const { batchSize } = batch.kind;
      const completed = await runtime.train("fit", batch, { ...place, batchSize }, { signal, meanwhile });
      // A step that was completed all the same is told of first.
      if (!completed) signal?.throwIfAborted();
      this.#taken++;
      const logs = logsOf(runtime.compiled!, counters.fit!.sums);
      await this.tell(
        (c) => (c.onBatchEnd ?? c.onTrainBatchEnd)?.call(c, step, { ...logs }),
        () => this.#keepStates(),
      );
      this.#next = await next;
      if (stopped()) break;
    }
  }
}
