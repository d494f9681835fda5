import { checkOptions } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import { seeThroughProxies } from "../engine/raw.js";
import type { Shape } from "../engine/shape.js";
import type { Format } from "../files/formats.js";
import type { Compiled } from "../graph/modelProgram.js";
import type { Network } from "../graph/network.js";
import type { ModelSnapshot, OptimizerState } from "../graph/snapshot.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type ModelBackendInfo, modelBackendInfo } from "./backendInfo.js";
import { type DataRows, gather, kindOfData } from "./batch.js";
import type { TrainedModel } from "./callback.js";
import { type CompileOptions, type CompileSettings, checkCompile, compileFor, loadCompiled } from "./compile.js";
import { type Data, inputRows, sampleWeights, targetRows } from "./data.js";
import { runFit } from "./fit.js";
import { GraphModel, openShapes } from "./graphModel.js";
import type { History, Logs } from "./history.js";
import { evaluateRows, type NumberTensor, predictRows } from "./inference.js";
import { logsOf } from "./measures.js";
import {
  type ActivationsOptions,
  type BatchOptions,
  checkActivations,
  checkBatchSize,
  checkFit,
  type EvaluateOptions,
  type FitOptions,
  splitData,
  type WeightOptions,
} from "./options.js";
import { restoreSnapshot } from "./restore.js";
import { Runtime } from "./runtime.js";
import { copyState, type SnapshotOptions } from "./takeSnapshot.js";

/** What `predict` gives: the only output, or each by its name. */
export type Prediction = NumberTensor | Record<string, NumberTensor>;

/** Data that has been checked, and the shapes of a sample of each input. */
interface CheckedData extends DataRows {
  readonly shapes: readonly Shape[];
}

/** A model that is trained and that predicts. Wrong calls change nothing. */
export abstract class TrainableModel extends GraphModel implements TrainedModel {
  /** What the file that the model is from says of `compile` and is not supported, so that it is left out; else empty. */
  readonly loadNotes: readonly string[] = [];
  #settings: CompileSettings | undefined;
  /** The settings of which everything has been imported. */
  #imported: CompileSettings | undefined;
  #compiled: Compiled | undefined;
  #runtime: Runtime | undefined;
  /** What the optimizer has been given before there was an engine. */
  protected restored: OptimizerState | undefined;
  #stopTraining = false;

  /** Set to true, in a callback, to end `fit` after the current batch. */
  get stopTraining(): boolean {
    return this.#stopTraining;
  }

  set stopTraining(value: boolean) {
    this.#stopTraining = value;
  }

  /** The optimizer set by `compile`. */
  get optimizer(): Optimizer | undefined {
    return this.#settings?.optimizer;
  }

  abstract snapshot(options?: SnapshotOptions): Promise<ModelSnapshot>;
  abstract fingerprint(): Promise<string>;
  abstract toBytes(format?: Format): Promise<Bytes>;

  /** The model has to be compiled again. */
  protected override changed(): void {
    super.changed();
    this.#runtime?.retire();
    this.#runtime = this.#settings = this.#compiled = this.restored = undefined;
  }

  /** The model's engine, if it has had work to do. */
  protected get runtime(): Runtime | undefined {
    return this.#runtime;
  }

  /** What `compile` has set, as far as it follows without the shapes of the outputs. */
  protected get compiled(): Compiled | undefined {
    return this.#settings && (this.#compiled ?? compileFor(this.#settings, this.outputNames, undefined));
  }

  #checkCompiled(where: string): CompileSettings {
    if (this.#settings) return this.#settings;
    const notes = this.loadNotes.map((note) => `\n- left out of its file: ${note}`).join("");
    throw new Error(`${where}: expected a compiled model, got one that is not; call compile first${notes}`);
  }

  #compiledFor(network: Network): Compiled | undefined {
    if (this.#settings) this.#compiled ??= compileFor(this.#settings, this.outputNames, network.outputShapes);
    return this.#compiled;
  }

  /** The model's engine; what it needs is imported before its first job. */
  #runtimeFor(where: string, shapes: readonly Shape[]): Runtime {
    const network = this.networkFor(where, shapes);
    if (!this.#runtime) {
      this.#runtime = new Runtime(network, this.#compiledFor(network), this.counters);
      if (this.restored) this.#runtime.restore(this.restored);
      this.restored = undefined;
    }
    return this.#runtime;
  }

  /**
   * Sets what training minimises, how, and what it reports. The optimizer starts anew, the weights stay.
   * @throws TypeError, RangeError for wrong options or a loss that does not fit; Error while `fit` runs
   */
  compile(options: CompileOptions): void {
    this.checkIdle("compile");
    const settings = checkCompile(options);
    const { graph } = this;
    const compiled = compileFor(settings, this.outputNames, graph && this.outputShapes(openShapes(graph)));
    // A new network, too, as layers may have been frozen or thawed since.
    this.changed();
    this.initializeWeights();
    this.#settings = settings;
    this.#compiled = graph && compiled;
  }

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

  /**
   * Losses and metrics that are known by name are imported before they are asked for shapes. Undefined if all are there: then a call
   * is of the moment at which it was made.
   */
  #namedParts(where: string): Promise<void> | undefined {
    this.checkInUse(where);
    const settings = this.#checkCompiled(where);
    if (this.#imported === settings) return undefined;
    return loadCompiled(this.compiled!).then(() => {
      this.#imported = settings;
    });
  }

  /** Data with targets, checked; nothing changes. @param known as of `#inputsFor` */
  #dataFor(where: string, x: Data, y: Data, options: WeightOptions = {}, known?: readonly Shape[]): CheckedData {
    this.checkInUse(where);
    const settings = this.#checkCompiled(where);
    const { count, xs, shapes } = this.#inputsFor(where, x, known);
    const outputShapes = this.outputShapesFor(where, shapes);
    const { outputs } = this.#compiled ?? compileFor(settings, this.outputNames, outputShapes);
    const ys = targetRows(`${where}: y`, y, outputShapes, outputs, count);
    return { count, xs, ys, shapes, weights: sampleWeights(where, options, { count, ys }) };
  }

  /** Nobody else may train its layers while a task does. */
  async #train<T>(where: string, { shapes }: CheckedData, task: (runtime: Runtime) => Promise<T>): Promise<T> {
    // Once more: something may have been imported since.
    this.checkIdle(where);
    const { held } = this.networkFor(where, shapes).weights;
    for (const { variable } of held) variable.checkFree(where, this);
    for (const { variable } of held) variable.lock(this);
    try {
      return await this.guard.train(() => task(this.#runtimeFor(where, shapes)));
    } finally {
      for (const { variable } of held) variable.unlock(this);
    }
  }

  /**
   * Trains for a number of epochs.
   * @param x samples, see Samples; of several inputs by name
   * @param y one target a sample; of several outputs by name
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`, while another `fit` runs, and when a
   *   loss or gradient is not finite (the weights are then those of the last completed step)
   */
  async fit(x: Data, y: Data, options: FitOptions = {}): Promise<History> {
    this.checkIdle("fit");
    const { validationData, validationSplit, ...job } = checkFit(options);
    const named = this.#namedParts("fit");
    if (named) await named;
    const all = this.#dataFor("fit", x, y, options);
    const { train: data, validation: split } = splitData(all, validationSplit);
    const [vx, vy, sampleWeight] = validationData ?? [];
    const validation = validationData
      ? this.#dataFor("fit.validationData", vx!, vy!, { sampleWeight }, this.graph ? undefined : all.shapes)
      : split;
    job.signal?.throwIfAborted();
    this.#stopTraining = false;
    return this.#train("fit", all, async (runtime) => {
      const resume = job.resumeFrom !== undefined && (await import("./resume.js"));
      const restore = (where: string, snapshot: ModelSnapshot) => this.takeOver(where, snapshot);
      const from = resume ? await resume.resumePosition(runtime, { ...job, data }, restore) : undefined;
      const inCallback = this.guard.call;
      for (const callback of job.callbacks) callback.setModel?.(this);
      try {
        return await runFit(runtime, { ...job, data, validation, from, stopped: () => this.#stopTraining, inCallback });
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
    const named = this.#namedParts("trainOnBatch");
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
    const named = this.#namedParts("testOnBatch");
    if (named) await named;
    const data = this.#dataFor("testOnBatch", x, y, options);
    return evaluateRows("testOnBatch", this.#runtimeFor("testOnBatch", data.shapes), data, data.count);
  }

  /**
   * The loss and the metrics over all samples. A sample counts the same whatever the batch size.
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`
   */
  async evaluate(x: Data, y: Data, options: EvaluateOptions = {}): Promise<Logs> {
    const batchSize = checkBatchSize("evaluate", options, ["sampleWeight"]);
    const named = this.#namedParts("evaluate");
    if (named) await named;
    const data = this.#dataFor("evaluate", x, y, { sampleWeight: options.sampleWeight });
    return evaluateRows("evaluate", this.#runtimeFor("evaluate", data.shapes), data, batchSize);
  }

  /**
   * The outputs for all samples: the shape of the only one is (samples, ...output), several come by name. Needs no `compile`. A
   * sample gets the same bits whatever the batch size and its neighbours.
   * @throws TypeError, RangeError for wrong data or options
   */
  async predict(x: Data, options?: BatchOptions): Promise<NumberTensor>;
  async predict(x: Data, options?: BatchOptions): Promise<Prediction>;
  async predict(x: Data, options: BatchOptions = {}): Promise<Prediction> {
    const batchSize = checkBatchSize("predict", options);
    const { xs, shapes } = this.#inputsFor("predict", x);
    const outputs = await predictRows("predict", this.#runtimeFor("predict", shapes), xs, batchSize);
    const names = this.outputNames;
    return names.length === 1 ? outputs[0]! : Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
  }

  /** The outputs for one batch. @throws as `predict` */
  async predictOnBatch(x: Data): Promise<NumberTensor> {
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
    const { xs, shapes } = this.#inputsFor("activations", x);
    const values = new Map<string, number>();
    for (const { path, outputs } of this.networkFor("activations", shapes).nodes) values.set(path, outputs[0]!);
    const { batchSize, names } = checkActivations(options, [...values.keys()]);
    const wanted = names.map((name) => values.get(name)!);
    const runtime = this.#runtimeFor("activations", shapes);
    const outputs = await predictRows("activations", runtime, xs, batchSize, wanted);
    return Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
  }

  /** Takes over what a snapshot holds. @throws Error, TypeError, RangeError if it is of another model: then nothing has changed */
  protected takeOver(where: string, snapshot: ModelSnapshot): void {
    const network = this.built(where);
    const { counters } = this;
    const model = { network, compiled: this.#compiledFor(network), counters, trainer: this };
    const state = restoreSnapshot(where, model, snapshot);
    if (!state) return;
    if (this.#runtime) this.#runtime.restore(state);
    else this.restored = copyState(state);
  }

  /** Who computes: worker threads or the calling thread, and how the work has been shared so far. */
  backendInfo(): ModelBackendInfo {
    this.built("backendInfo");
    return modelBackendInfo(this.#runtime?.engine);
  }

  /**
   * Gives the memory back, and the worker threads that nobody else wants; the layers keep their weights, the model cannot be used any
   * more. What runs just now rejects.
   */
  override dispose(): void {
    if (this.disposed) return;
    this.#runtime?.release();
    void this.#runtime?.engine.dispose();
    this.#runtime = undefined;
    super.dispose();
  }
}

seeThroughProxies(TrainableModel);
