import { show } from "../engine/check.js";
import type { Layer } from "../layers/layer.js";
import { uniqueName } from "../layers/names.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type ModelBackendInfo, modelBackendInfo } from "./backendInfo.js";
import { gather } from "./batch.js";
import { CallbackGuard } from "./callbackGuard.js";
import { runFit } from "./fit.js";
import { type History, type Logs, meanLogs } from "./history.js";
import { activationsOfRows, evaluateRows, type NumberTensor, predictRows } from "./inference.js";
import type { Compiled } from "./modelProgram.js";
import { Network } from "./network.js";
import {
  type ActivationsOptions,
  type BatchOptions,
  type CompileOptions,
  checkActivations,
  checkAdded,
  checkBatchSize,
  checkCompile,
  checkFit,
  checkPairs,
  checkSequential,
  dataShapes,
  type FitOptions,
  type SequentialOptions,
} from "./options.js";
import { restoreSnapshot } from "./restore.js";
import { type Samples, toRows } from "./rows.js";
import { type Counters, Runtime } from "./runtime.js";
import { Savable } from "./savable.js";
import type { ModelSnapshot } from "./snapshot.js";
import { type SummaryOptions, summaryText } from "./summary.js";
import { describeModel, type ModelParts, type SnapshotOptions, takeSnapshot } from "./takeSnapshot.js";
import type { GivenWeight, NamedWeight } from "./weights.js";

/** A chain of layers that can be trained, with Keras' `Sequential` as the model. Wrong calls change nothing. */
export class Sequential extends Savable {
  readonly name: string;
  /** Set to true, in a callback, to end `fit` after the current batch. */
  stopTraining = false;
  #layers: readonly Layer[] = [];
  #network: Network | undefined;
  #compiled: Compiled | undefined;
  #runtime: Runtime | undefined;
  readonly #counters: Counters;
  #fitting = false;
  readonly #callbacks = new CallbackGuard();
  #disposed = false;

  /** @throws TypeError, RangeError for layers that are none or do not fit, and for wrong options */
  constructor(layers: readonly Layer[] = [], options: SequentialOptions = {}) {
    super();
    const { name, seed } = checkSequential(options);
    if (!Array.isArray(layers)) throw new TypeError(`Sequential: expected an array of layers, got ${show(layers)}`);
    this.#counters = { seed, iterations: 0, epochs: 0 };
    for (const layer of layers) this.add(layer);
    this.name = name ?? uniqueName("Sequential");
  }

  /** From which all random numbers of the model follow. */
  get seed(): number {
    return this.#counters.seed;
  }

  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** The optimizer set by `compile`. */
  get optimizer(): Optimizer | undefined {
    return this.#compiled?.optimizer;
  }

  /**
   * Appends a layer. The weights of the others stay; the model has to be compiled again.
   * @throws TypeError, RangeError if it is no layer, its name is taken, or it does not fit; Error while `fit` runs
   */
  add(layer: Layer): void {
    this.#checkIdle("add");
    checkAdded(this.#layers, layer);
    const layers = [...this.#layers, layer];
    const inputShape = this.#network?.inputShape ?? layers[0]!.inputShape;
    if (inputShape) this.#use(new Network(layers, inputShape), undefined);
    this.#layers = layers;
    this.#compiled = undefined;
  }

  /** Takes a new network or new settings; weights in the same place and of the same shape keep their numbers. */
  #use(network: Network, compiled: Compiled | undefined): void {
    this.#runtime = this.#runtime?.succeed(network, compiled);
    this.#network = network;
  }

  #checkInUse(where: string): void {
    if (this.#disposed) throw new Error(`${where}: expected a model in use, got one that is disposed of`);
  }

  #train<T>(task: () => Promise<T>): Promise<T> {
    this.#fitting = true;
    return task().finally(() => {
      this.#fitting = false;
    });
  }

  #checkIdle(where: string): void {
    this.#checkInUse(where);
    if (this.#fitting) throw new Error(`${where}: expected no training under way, got a call while fit runs`);
  }

  #built(where: string): Runtime {
    this.#checkInUse(where);
    if (!this.#network) {
      throw new Error(
        `${where}: expected a model that knows its input shape, got none; give the first layer inputShape`,
      );
    }
    this.#runtime ??= new Runtime(this.#network, this.#compiled, this.#counters);
    return this.#runtime;
  }

  /** The network for data of this shape: the first data decide the input shape if no layer did. Changes nothing yet. */
  #networkFor(where: string, x: Samples): Network {
    if (this.#network || this.#disposed) return this.#built(where).network;
    if (this.#layers.length === 0) throw new Error(`${where}: expected a model with layers, got none`);
    return new Network(this.#layers, toRows(`${where}: x`, x).shape);
  }

  /** The runtime of a network that has turned out to fit the data. */
  #runtimeOf(where: string, network: Network): Runtime {
    this.#network ??= network;
    return this.#built(where);
  }

  #compiledFor(where: string): Compiled {
    if (!this.#compiled) {
      throw new Error(`${where}: expected a compiled model, got one that is not; call compile first`);
    }
    return this.#compiled;
  }

  /**
   * Sets what training minimises, how, and what it reports. The optimizer starts anew, the weights stay.
   * @throws TypeError, RangeError for wrong options or a loss that does not fit; Error while `fit` runs
   */
  compile(options: CompileOptions): void {
    this.#checkIdle("compile");
    const compiled = checkCompile(options);
    // A new network as layers may have been frozen or thawed since.
    const network = this.#network && new Network(this.#layers, this.#network.inputShape);
    if (network) {
      compiled.loss.targetShape(network.outputShape);
      this.#use(network, compiled);
    }
    this.#compiled = compiled;
  }

  /**
   * Trains for a number of epochs.
   * @param x samples, see Samples
   * @param y one target a sample
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`, while another `fit` runs, and when a
   *   loss or gradient is not finite (the weights are then those of the last completed step)
   */
  async fit(x: Samples, y: Samples, options: FitOptions = {}): Promise<History> {
    this.#checkIdle("fit");
    const compiled = this.#compiledFor("fit");
    const network = this.#networkFor("fit", x);
    const job = checkFit([x, y], dataShapes(network, compiled), options);
    job.signal?.throwIfAborted();
    const runtime = this.#runtimeOf("fit", network);
    this.stopTraining = false;
    return this.#train(async () => {
      // Before anything changes: may be refused.
      await runtime.engine.threads.ready();
      const resume = job.resumeFrom !== undefined && (await import("./resume.js"));
      const from = resume ? await resume.resumePosition(runtime, job) : undefined;
      for (const callback of job.callbacks) callback.setModel?.(this);
      return runFit(runtime, { ...job, from, stopped: () => this.stopTraining, inCallback: this.#callbacks.run });
    });
  }

  /**
   * One training step on one batch.
   * @returns the loss and the metrics of the batch before the step
   * @throws as `fit`
   */
  async trainOnBatch(x: Samples, y: Samples): Promise<Logs> {
    this.#checkIdle("trainOnBatch");
    const compiled = this.#compiledFor("trainOnBatch");
    const network = this.#networkFor("trainOnBatch", x);
    const rows = checkPairs("trainOnBatch", [x, y], dataShapes(network, compiled));
    const runtime = this.#runtimeOf("trainOnBatch", network);
    const samples = rows.x.count;
    const sums: number[] = [];
    const batch = gather({ ...rows, index: (i) => i, samples, batchSize: samples });
    await this.#train(() => runtime.train("trainOnBatch", batch, sums));
    return meanLogs(runtime.measureNames, sums, samples);
  }

  /**
   * The loss and the metrics over all samples. A sample counts the same whatever the batch size.
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`
   */
  async evaluate(x: Samples, y: Samples, options: BatchOptions = {}): Promise<Logs> {
    const batchSize = checkBatchSize("evaluate", options);
    const compiled = this.#compiledFor("evaluate");
    const network = this.#networkFor("evaluate", x);
    const rows = checkPairs("evaluate", [x, y], dataShapes(network, compiled));
    return evaluateRows(this.#runtimeOf("evaluate", network), rows.x, rows.y, batchSize);
  }

  /**
   * The outputs for all samples, shape (samples, ...output). Needs no `compile`. A sample gets the same bits whatever the
   * batch size and its neighbours.
   * @throws TypeError, RangeError for wrong data or options
   */
  async predict(x: Samples, options: BatchOptions = {}): Promise<NumberTensor> {
    const batchSize = checkBatchSize("predict", options);
    const network = this.#networkFor("predict", x);
    const rows = toRows("predict: x", x, network.inputShape);
    return predictRows(this.#runtimeOf("predict", network), rows, batchSize);
  }

  /**
   * The outputs of single layers for all samples, by layer name: shapes (samples, ...output). Layers that `predict` computes
   * together are computed one by one here, so that the last one's numbers may differ from `predict` by rounding. Otherwise
   * as `predict`.
   * @throws TypeError, RangeError for wrong data or options, also for names that no layer has
   */
  async activations(x: Samples, options: ActivationsOptions = {}): Promise<Record<string, NumberTensor>> {
    const { batchSize, names } = checkActivations(options, this.#layers);
    const network = this.#networkFor("activations", x);
    const rows = toRows("activations: x", x, network.inputShape);
    return activationsOfRows(this.#runtimeOf("activations", network), rows, batchSize, names);
  }

  /** Parameters of all layers. @throws Error before the input shape is known */
  countParams(): number {
    return this.#built("countParams").network.weights.reduce((sum, { size }) => sum + size, 0);
  }

  getWeights(): NamedWeight[] {
    return this.#built("getWeights").getWeights();
  }

  /**
   * Sets all weights, in the order of `getWeights`; names do not matter.
   * @throws TypeError, RangeError if one is missing or of another size or shape; Error while `fit` runs, but in callbacks
   */
  setWeights(weights: readonly GivenWeight[]): void {
    if (!this.#callbacks.inside) this.#checkIdle("setWeights");
    this.#built("setWeights").setWeights(weights);
  }

  protected override description(): ModelSnapshot {
    return describeModel(this.#parts());
  }

  #parts(): ModelParts {
    return {
      ...{ name: this.name, layers: this.layers },
      inputShape: this.#network?.inputShape,
      compiled: this.#compiled,
    };
  }

  override async snapshot(options: SnapshotOptions = {}): Promise<ModelSnapshot> {
    this.#checkInUse("snapshot");
    return takeSnapshot(this.#parts(), this.#network && this.#built("snapshot"), this.#counters, options);
  }

  override restore(snapshot: ModelSnapshot, where = "restore"): void {
    this.#checkIdle(where);
    restoreSnapshot(where, this.#built(where), snapshot);
  }

  /**
   * Keras' table of the layers. Printed with `print` (default console.log), and returned.
   * @throws Error before the input shape is known
   */
  summary(options: SummaryOptions = {}): string {
    const { network, compiled, engine, steps } = this.#built("summary");
    const slots = compiled?.optimizer.slotNames.length ?? 0;
    const training = steps > 0 ? { slots, bytes: engine.bytes } : undefined;
    return summaryText(this.name, network, options, training);
  }

  /** Who computes: worker threads or the calling thread, and how the work has been shared so far. */
  backendInfo(): ModelBackendInfo {
    return modelBackendInfo(this.#built("backendInfo").engine);
  }

  /** Gives back memory and threads; the model cannot be used any more. What is under way, `fit` too, ends soon and rejects. */
  dispose(): void {
    void this.#runtime?.engine.dispose();
    this.#runtime = undefined;
    this.#disposed = true;
  }
}
