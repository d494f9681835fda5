import { checkBoolean, checkOptions } from "../base/check.js";
import { seeThroughProxies } from "../base/raw.js";
import type { TrainedModel } from "../callbacks/callback.js";
import type { History, Logs } from "../callbacks/logs.js";
import type { BatchDataset } from "../data/samples.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import type { Shape } from "../engine/program/shape.js";
import type { Format } from "../files/formats.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { type DataRows, gather, kindOfData } from "./batch.js";
import { arraySource } from "./batchSource.js";
import { CompiledModel } from "./compiledModel.js";
import { type Data, inputRows, targetRows } from "./data.js";
import type { DataTaker } from "./dataTaker.js";
import { runFit } from "./fit.js";
import { openShapes } from "./graphModel.js";
import { evaluateBatches, type NumberTensor, predictBatches } from "./inference.js";
import { logsOf, measureNames } from "./measures.js";
import {
  type ActivationsOptions,
  checkActivations,
  type checkRun,
  type EvaluateOptions,
  type FitOptions,
  type PassOptions,
  type WeightOptions,
} from "./options.js";
import type { Runtime } from "./runtime.js";
import { sampleWeights } from "./sampleWeights.js";
import { fitSources, passSource, stepsOf } from "./sources.js";
import type { SnapshotOptions } from "./takeSnapshot.js";

/** What `predict` gives: the only output, or each by its name. */
export type Prediction = NumberTensor | Record<string, NumberTensor>;

/** Data that has been checked, and the shapes of a sample of each input. */
interface CheckedData extends DataRows {
  readonly shapes: readonly Shape[];
}

/** A model that is trained and that predicts. Wrong calls change nothing. */
export abstract class TrainableModel extends CompiledModel implements TrainedModel {
  #stopTraining = false;

  /** Set to true, in a callback, to end `fit` after the current batch. */
  get stopTraining(): boolean {
    return this.#stopTraining;
  }

  set stopTraining(value: boolean) {
    this.#stopTraining = value;
  }

  async swapAverages(swapped: boolean): Promise<void> {
    this.checkCompiled("swapAverages");
    const runtime = this.runtime ?? this.runtimeFor("swapAverages", this.graph ? openShapes(this.graph) : []);
    return runtime.swapAverages("swapAverages", checkBoolean("swapAverages", swapped));
  }

  abstract snapshot(options?: SnapshotOptions): Promise<ModelSnapshot>;
  abstract fingerprint(): Promise<string>;
  abstract toBytes(format?: Format): Promise<Bytes>;

  /**
   * The data of the inputs, checked; nothing changes.
   * @param known shapes of the inputs where they are known without the model's graph
   */
  #inputsFor(where: string, x: Data, known?: readonly Shape[]): Pick<CheckedData, "count" | "xs" | "shapes"> {
    this.checkInUse(where);
    const own = known ?? (this.graph && openShapes(this.graph));
    const names = this.inputNames;
    const xs = inputRows(
      `${where}: x`,
      x,
      names.map((name, i) => ({ name, shape: own?.[i] })),
    );
    return { count: xs[0]!.count, xs, shapes: xs.map(({ shape }) => shape) };
  }

  /** Data with targets, checked; nothing changes. @param known as of `#inputsFor` */
  #dataFor(where: string, x: Data, y: Data, options: WeightOptions = {}, known?: readonly Shape[]): CheckedData {
    this.checkInUse(where);
    const settings = this.checkCompiled(where);
    const { count, xs, shapes } = this.#inputsFor(where, x, known);
    const outputShapes = this.outputShapesFor(where, shapes);
    const { outputs } = this.compiledAs(settings, outputShapes);
    const ys = targetRows(`${where}: y`, y, outputShapes, outputs, count);
    return { count, xs, ys, shapes, weights: sampleWeights(where, options, { count, ys }, outputs, outputShapes) };
  }

  /** Takes the data of one call, with targets or without, and knows the shapes of the first. */
  #taker(withTargets: boolean): DataTaker & Pick<CheckedData, "shapes"> {
    let shapes: readonly Shape[] | undefined;
    const take = (where: string, x: Data, y: Data | undefined, weights?: WeightOptions): CheckedData => {
      const known = this.graph ? undefined : shapes;
      if (withTargets) return this.#dataFor(where, x, y!, weights, known);
      return { ys: [], weights: [], ...this.#inputsFor(where, x, known) };
    };
    return {
      isBuilt: this.graph !== undefined,
      get shapes() {
        return shapes ?? [];
      },
      namedParts: (where) => (withTargets ? this.namedParts(where) : undefined),
      rows: (where, x, y, weights) => {
        const data = take(where, x, y, weights);
        shapes ??= data.shapes;
        return data;
      },
    };
  }

  /** What tells the callbacks of a call that is no training; undefined if there are none. */
  #watch(job: ReturnType<typeof checkRun>, steps: number | undefined, metrics: readonly string[] = []) {
    if (job.verbose === 0 && job.callbacks.length === 0) return undefined;
    const params = { epochs: 1, steps, metrics };
    return import("./watch.js").then(({ watch }) => watch(this, job, params, this.guard.call));
  }

  /** Nobody else may train its layers while a task does. */
  async #train<T>(
    where: string,
    { shapes }: Pick<CheckedData, "shapes">,
    task: (runtime: Runtime) => Promise<T>,
  ): Promise<T> {
    // Once more: something may have been imported since.
    this.checkIdle(where);
    const { held } = this.networkFor(where, shapes).weights;
    for (const { variable } of held) variable.checkFree(where, this);
    for (const { variable } of held) variable.lock(this);
    try {
      return await this.guard.train(() => task(this.runtimeFor(where, shapes)));
    } finally {
      for (const { variable } of held) variable.unlock(this);
    }
  }

  /** Trains for a number of epochs, on a Dataset of batches. Otherwise as with arrays. */
  async fit(dataset: BatchDataset, options?: FitOptions): Promise<History>;
  /**
   * Trains for a number of epochs.
   * @param x samples, see {@link Samples}; of several inputs by name
   * @param y one target a sample; of several outputs by name
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`, while another `fit` runs, and when a
   *   loss or gradient is not finite (the weights are then those of the last completed step)
   */
  async fit(x: Data, y: Data, options?: FitOptions): Promise<History>;
  async fit(x: Data | BatchDataset, y?: Data | FitOptions, options?: FitOptions): Promise<History> {
    this.checkIdle("fit");
    const taker = this.#taker(true);
    let job = fitSources(taker, x, y, options);
    if (job instanceof Promise) {
      job = await job;
      this.checkIdle("fit");
    }
    const { signal, callbacks: given, verbose, resumeFrom } = job;
    signal?.throwIfAborted();
    this.#stopTraining = false;
    return this.#train("fit", taker, async (runtime) => {
      const callbacks = verbose ? await (await import("./watch.js")).withProgress(given, verbose) : given;
      for (const callback of callbacks) callback.setModel?.(this);
      const isResumed = resumeFrom !== undefined || callbacks.some((callback) => callback.resumeFrom);
      const resume = isResumed && (await import("./resume.js"));
      const restore = (where: string, snapshot: ModelSnapshot) => this.takeOver(where, snapshot);
      const from = resume ? await resume.resumePosition(runtime, job, restore) : undefined;
      const inCallback = this.guard.call;
      try {
        return await runFit(runtime, { ...job, callbacks, from, stopped: () => this.#stopTraining, inCallback });
      } catch (error) {
        for (const callback of callbacks) callback.onFailure?.(error);
        throw error;
      } finally {
        if (!runtime.engine.disposed) runtime.release();
      }
    });
  }

  /**
   * One training step on one batch.
   * @returns the loss and the metrics of the batch before the step
   * @throws as `fit`
   */
  async trainOnBatch(x: Data, y: Data, options: WeightOptions = {}): Promise<Logs> {
    this.checkIdle("trainOnBatch");
    checkOptions("trainOnBatch", options, ["sampleWeight", "classWeight"]);
    const named = this.namedParts("trainOnBatch");
    if (named) await named;
    const data = this.#dataFor("trainOnBatch", x, y, options);
    const batch = gather(data, kindOfData(data, data.count), data.count, (i) => i);
    return this.#train("trainOnBatch", data, async (runtime) =>
      logsOf(runtime.compiled!, (await runtime.train("trainOnBatch", batch))!),
    );
  }

  /** The loss and the metrics of one batch. @throws as `evaluate` */
  async testOnBatch(x: Data, y: Data, options: WeightOptions = {}): Promise<Logs> {
    checkOptions("testOnBatch", options, ["sampleWeight", "classWeight"]);
    const named = this.namedParts("testOnBatch");
    if (named) await named;
    const data = this.#dataFor("testOnBatch", x, y, options);
    const runtime = this.runtimeFor("testOnBatch", data.shapes);
    return evaluateBatches("testOnBatch", runtime, arraySource(data, data.count, false));
  }

  /** The loss and the metrics over a Dataset of batches. Otherwise as with arrays. */
  async evaluate(dataset: BatchDataset, options?: EvaluateOptions): Promise<Logs>;
  /**
   * The loss and the metrics over all samples. A sample counts the same whatever the batch size; but the losses of single outputs are
   * means over the batches, as in Keras.
   * @param x as of `fit`
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`
   */
  async evaluate(x: Data, y: Data, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(x: Data | BatchDataset, y?: Data | EvaluateOptions, options?: EvaluateOptions): Promise<Logs> {
    const taker = this.#taker(true);
    let job = passSource("evaluate", taker, x, y, options, ["sampleWeight"]);
    if (job instanceof Promise) job = await job;
    const { data, steps } = job;
    const runtime = this.runtimeFor("evaluate", taker.shapes);
    const watch = this.#watch(job, stepsOf(data, steps), measureNames(runtime.compiled!));
    const tell = watch && (await watch);
    return evaluateBatches("evaluate", runtime, data, { steps, tell });
  }

  /**
   * The outputs for all samples: the shape of the only one is (samples, ...output), several come by name, then of type
   * `predict<Record<string, NumberTensor>>`. Needs no `compile`. A sample gets the same bits whatever the batch size and its neighbours.
   * @param x samples, see {@link Samples}; of several inputs by name. Or a Dataset of batches
   * @throws TypeError, RangeError for wrong data or options
   */
  async predict(x: Data | BatchDataset, options?: PassOptions): Promise<NumberTensor>;
  async predict<P extends Record<string, NumberTensor>>(x: Data | BatchDataset, options?: PassOptions): Promise<P>;
  async predict(x: Data | BatchDataset, options: PassOptions = {}): Promise<Prediction> {
    const taker = this.#taker(false);
    let job = passSource("predict", taker, x, undefined, options);
    if (job instanceof Promise) job = await job;
    const { data, steps } = job;
    const runtime = this.runtimeFor("predict", taker.shapes);
    const watch = this.#watch(job, stepsOf(data, steps));
    const tell = watch && (await watch);
    const outputs = await predictBatches("predict", runtime, data, { steps, tell });
    const names = this.outputNames;
    return names.length === 1 ? outputs[0]! : Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
  }

  /** The outputs for one batch. @throws as `predict` */
  async predictOnBatch(x: Data): Promise<NumberTensor>;
  async predictOnBatch<P extends Record<string, NumberTensor>>(x: Data): Promise<P>;
  async predictOnBatch(x: Data): Promise<Prediction> {
    const { count } = this.#inputsFor("predictOnBatch", x);
    return this.predict(x, { batchSize: count });
  }

  /**
   * The outputs of single layers for all samples, by layer name: shapes (samples, ...output). Layers that `predict` computes
   * together are computed one by one here, so that the last one's numbers may differ from `predict` by rounding. Of a layer that
   * is called several times: the last call. Otherwise as `predict`.
   * @throws TypeError, RangeError for wrong data or options, also for unknown names
   */
  async activations(x: Data, options: ActivationsOptions = {}): Promise<Record<string, NumberTensor>> {
    const inputs = this.#inputsFor("activations", x);
    const { shapes } = inputs;
    const values = new Map<string, number>();
    for (const { path, outputs } of this.networkFor("activations", shapes).nodes) values.set(path, outputs[0]!);
    const { batchSize, names } = checkActivations(options, [...values.keys()]);
    const wanted = names.map((name) => values.get(name)!);
    const runtime = this.runtimeFor("activations", shapes);
    const source = arraySource({ ...inputs, ys: [], weights: [] }, batchSize, false);
    const outputs = await predictBatches("activations", runtime, source, { values: wanted });
    return Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
  }
}

seeThroughProxies(TrainableModel);
