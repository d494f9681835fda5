import type { BatchDataset } from "../data/samples.js";
import { checkOptions, show } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import { type Shape, sameShape } from "../engine/shape.js";
import type { Format } from "../files/formats.js";
import type { JsonObject } from "../files/jsonValue.js";
import { kerasConfig } from "../files/kerasConfig.js";
import type { ModelSource, ModelTarget } from "../files/target.js";
import { CompositeLayer } from "../graph/composite.js";
import type { Compiled } from "../graph/modelProgram.js";
import { Network } from "../graph/network.js";
import type { ModelSnapshot, OptimizerState } from "../graph/snapshot.js";
import type { Layer } from "../layers/layer.js";
import type { Graph, SymbolicTensor } from "../layers/symbolic.js";
import { checkWeights, type GivenWeight, type NamedWeight } from "../layers/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type ModelBackendInfo, modelBackendInfo } from "./backendInfo.js";
import { type DataRows, gather, kindOfData } from "./batch.js";
import { arraySource } from "./batchSource.js";
import { type CompileOptions, type CompileSettings, checkCompile, compileFor, loadCompiled } from "./compile.js";
import type { Counters } from "./counters.js";
import { type Data, inputRows, type Named, sampleWeights, targetRows } from "./data.js";
import { runFit } from "./fit.js";
import type { History, Logs } from "./history.js";
import { evaluateBatches, type NumberTensor, predictBatches } from "./inference.js";
import { logsOf, measureNames } from "./measures.js";
import {
  type ActivationsOptions,
  checkActivations,
  checkModelOptions,
  type checkRun,
  type EvaluateOptions,
  type FitOptions,
  type ModelOptions,
  type PassOptions,
  type WeightOptions,
} from "./options.js";
import { restoreSnapshot } from "./restore.js";
import { Runtime } from "./runtime.js";
import type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from "./save.js";
import { type DataTaker, fitSources, passSource, stepsOf } from "./sources.js";
import { type SummaryOptions, summaryText } from "./summary.js";
import { describeModel, type SnapshotOptions, takeSnapshot } from "./takeSnapshot.js";
import { TrainingGuard } from "./trainingGuard.js";

/** What `predict` gives: the only output, or each by its name. */
export type Prediction = NumberTensor | Record<string, NumberTensor>;

/**
 * What all models have in common: a graph of layers that can be trained. Wrong calls change nothing. A model is a layer, too: it can
 * stand in other models.
 */
export abstract class BaseModel extends CompositeLayer {
  /** What the file that the model is from says of `compile` and is not supported, so that it is left out; else empty. */
  readonly loadNotes: readonly string[] = [];
  #network: Network | undefined;
  #settings: CompileSettings | undefined;
  #compiled: Compiled | undefined;
  /** Of which nothing has to be imported any more. */
  #loaded: Compiled | undefined;
  #runtime: Runtime | undefined;
  /** What the optimizer has been given before there was a runtime. */
  #restored: OptimizerState | undefined;
  readonly #counters: Counters;
  readonly #guard = new TrainingGuard();
  #stopTraining = false;
  #disposed = false;

  constructor(className: string, where: string, options: ModelOptions) {
    const { name, seed } = checkModelOptions(where, options);
    super(className, { name });
    this.#counters = { seed, iterations: 0, epochs: 0 };
  }

  /** Names and shapes of the inputs. */
  abstract get inputNames(): readonly string[];
  /** Under which data of the outputs goes in and out. */
  abstract get outputNames(): readonly string[];

  /** From which all random numbers of the model follow. */
  get seed(): number {
    return this.#counters.seed;
  }

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

  /** One of its layers. @param which its name or its index @throws RangeError, TypeError if there is none */
  getLayer(which: string | number): Layer {
    const { layers } = this;
    const found = typeof which === "number" ? layers.at(which) : layers.find(({ name }) => name === which);
    if (found) return found;
    const names = layers.map(({ name }) => name).join(", ");
    throw new RangeError(`getLayer: expected an index or a name among ${names}, got ${show(which)}`);
  }

  // The parts, built and loaded when they are needed.

  #openShapes(graph: Graph): readonly Shape[] {
    return graph.inputs.map(({ sizes }) => sizes);
  }

  #checkInUse(where: string): void {
    if (this.#disposed) throw new Error(`${where}: expected a model in use, got one that is disposed of`);
  }

  /** @throws Error while `fit` runs, and after `dispose` */
  protected checkIdle(where: string): void {
    this.#checkInUse(where);
    if (this.#guard.training) throw new Error(`${where}: expected no training under way, got a call while fit runs`);
  }

  /** Everything that follows from the layers is made anew; their weights stay. The model has to be compiled again. */
  protected changed(): void {
    this.#runtime?.retire();
    this.#runtime = this.#network = this.#settings = this.#compiled = this.#restored = undefined;
  }

  /** The network, its sizes open where the inputs' are. @throws Error before the inputs are known */
  #built(where: string): Network {
    this.#checkInUse(where);
    const { graph } = this;
    if (!graph) {
      throw new Error(
        `${where}: expected a model that knows its input shape, got none; give the first layer inputShape`,
      );
    }
    return this.#networkOf(graph);
  }

  #networkOf(graph: Graph): Network {
    if (!this.#network) {
      this.#network = new Network(graph, this.#openShapes(graph));
      for (const { layer, position } of this.#network.nodes) {
        for (const [i, variable] of layer.variables.entries()) variable.initialize(this.seed, [position, i]);
      }
    }
    return this.#network;
  }

  /** To be called when the graph is there: the layers get their first numbers from this model's seed, if they have none. */
  protected initializeWeights(): void {
    if (this.graph) this.#networkOf(this.graph);
  }

  get #inputs(): readonly Named[] {
    const sizes = this.graph?.inputs.map((tensor) => tensor.sizes);
    return this.inputNames.map((name, i) => ({ name, shape: sizes?.[i] }));
  }

  #checkCompiled(where: string): CompileSettings {
    if (this.#settings) return this.#settings;
    const notes = this.loadNotes.map((note) => `\n- left out of its file: ${note}`).join("");
    throw new Error(`${where}: expected a compiled model, got one that is not; call compile first${notes}`);
  }

  #compiledFor(where: string, network: Network): Compiled {
    this.#compiled ??= compileFor(this.#checkCompiled(where), this.outputNames, network.outputShapes);
    return this.#compiled;
  }

  /** The network for data of these shapes: the first data decide the input shapes if no layer did. */
  #networkFor(where: string, shapes: readonly Shape[]): Network {
    this.#checkInUse(where);
    if (!this.graph && this.layers.length === 0) throw new Error(`${where}: expected a model with layers, got none`);
    return this.#networkOf(this.graph ?? this.buildFor(shapes));
  }

  /** The model's engine, as soon as what it needs has been imported. */
  async #runtimeOf(where: string): Promise<Runtime> {
    if (this.#runtime) return this.#runtime;
    const network = this.#built(where);
    const compiled = this.#settings && this.#compiledFor(where, network);
    await network.load();
    if (compiled) await loadCompiled(compiled);
    this.#checkInUse(where);
    // Another call may have come first, or the model may have changed in the meantime.
    if (this.#runtime || this.#network !== network || this.#compiled !== compiled) {
      return this.#runtime ?? this.#runtimeOf(where);
    }
    this.#runtime = new Runtime(network, compiled, this.#counters);
    if (this.#restored) this.#runtime.restore(this.#restored);
    this.#restored = undefined;
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
    // A new network as layers may have been frozen or thawed since.
    const network = graph && new Network(graph, this.#openShapes(graph));
    const compiled = compileFor(settings, this.outputNames, network?.outputShapes);
    this.#runtime?.retire();
    this.#runtime = this.#network = this.#restored = undefined;
    if (graph) this.#networkOf(graph);
    this.#settings = settings;
    this.#compiled = network && compiled;
  }

  /**
   * Losses, metrics and the like that are known by name are imported before they are asked for shapes. Undefined if all are there: then
   * a call is of the moment at which it was made.
   */
  #namedParts(where: string, x: Data): Promise<void> | undefined {
    this.#checkInUse(where);
    this.#checkCompiled(where);
    const shapes = inputRows(`${where}: x`, x, this.#inputs).map(({ shape }) => shape);
    const compiled = this.#compiledFor(where, this.#networkFor(where, shapes));
    if (this.#loaded === compiled) return undefined;
    return loadCompiled(compiled).then(() => {
      this.#loaded = compiled;
    });
  }

  /** Data, checked. Without targets: `y` undefined. Changes nothing but, for a model that data has to build, its graph. */
  #dataFor(where: string, x: Data, y: Data, options: WeightOptions = {}): DataRows {
    this.#checkInUse(where);
    this.#checkCompiled(where);
    const xs = inputRows(`${where}: x`, x, this.#inputs);
    const shapes = xs.map(({ shape }) => shape);
    const open = this.#networkFor(where, shapes);
    const compiled = this.#compiledFor(where, open);
    const isOpen = open.inputShapes.some((shape, i) => !sameShape(shape, shapes[i]!));
    const network = isOpen ? new Network(open.graph, shapes, open.weights) : open;
    const count = xs[0]!.count;
    const ys = targetRows(`${where}: y`, y, network, compiled.outputs, count);
    return { count, xs, ys, weights: sampleWeights(where, options, { count, ys }) };
  }

  #inputsFor(where: string, x: Data): DataRows {
    this.#checkInUse(where);
    const xs = inputRows(`${where}: x`, x, this.#inputs);
    this.#networkFor(
      where,
      xs.map(({ shape }) => shape),
    );
    return { count: xs[0]!.count, xs, ys: [], weights: undefined };
  }

  /** Takes data with targets. */
  get #taught(): DataTaker {
    return {
      isBuilt: this.graph !== undefined,
      namedParts: (where, x) => this.#namedParts(where, x),
      rows: (where, x, y, weights) => this.#dataFor(where, x, y!, weights),
    };
  }

  /** Takes inputs alone. */
  get #given(): DataTaker {
    return {
      isBuilt: this.graph !== undefined,
      namedParts: () => undefined,
      rows: (where, x) => this.#inputsFor(where, x),
    };
  }

  /** What tells the callbacks of a call that is no training; undefined if there are none. */
  #watch(job: ReturnType<typeof checkRun>, steps: number | undefined, metrics: readonly string[] = []) {
    if (job.verbose === 0 && job.callbacks.length === 0) return undefined;
    const params = { epochs: 1, steps, metrics };
    return import("./watch.js").then(({ watch }) => watch(this, job, params, this.#guard.call));
  }

  /** Nobody else may train its layers while a task does. */
  async #train<T>(where: string, task: () => Promise<T>): Promise<T> {
    this.checkIdle(where);
    const { held } = this.#built(where).weights;
    for (const { variable } of held) variable.checkFree(where, this);
    for (const { variable } of held) variable.lock(this);
    try {
      return await this.#guard.train(task);
    } finally {
      for (const { variable } of held) variable.unlock(this);
    }
  }

  /**
   * Trains for a number of epochs.
   * @param x samples, see Samples; of several inputs by name. Or a Dataset of batches, and then the options
   * @param y one target a sample; of several outputs by name
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`, while another `fit` runs, and when a
   *   loss or gradient is not finite (the weights are then those of the last completed step)
   */
  async fit(dataset: BatchDataset, options?: FitOptions): Promise<History>;
  async fit(x: Data, y: Data, options?: FitOptions): Promise<History>;
  async fit(x: Data | BatchDataset, y?: Data | FitOptions, options?: FitOptions): Promise<History> {
    this.checkIdle("fit");
    let job = fitSources(this.#taught, x, y, options);
    if (job instanceof Promise) {
      job = await job;
      this.checkIdle("fit");
    }
    const { signal, callbacks: given, verbose, resumeFrom } = job;
    signal?.throwIfAborted();
    this.#stopTraining = false;
    return this.#train("fit", async () => {
      const runtime = await this.#runtimeOf("fit");
      const callbacks = verbose ? await (await import("./watch.js")).withProgress(given, verbose) : given;
      for (const callback of callbacks) callback.setModel?.(this);
      const isResumed = resumeFrom !== undefined || callbacks.some((callback) => callback.resumeFrom);
      const resume = isResumed && (await import("./resume.js"));
      const restore = (where: string, snapshot: ModelSnapshot) => this.#restore(where, snapshot);
      const from = resume ? await resume.resumePosition(runtime, job, restore) : undefined;
      const inCallback = this.#guard.call;
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
    const named = this.#namedParts("trainOnBatch", x);
    if (named) await named;
    const data = this.#dataFor("trainOnBatch", x, y, options);
    const batch = gather(data, kindOfData(data, data.count), data.count, (i) => i);
    return this.#train("trainOnBatch", async () => {
      const runtime = await this.#runtimeOf("trainOnBatch");
      return logsOf(runtime.compiled!, (await runtime.train("trainOnBatch", batch))!);
    });
  }

  /** The loss and the metrics of one batch. @throws as `evaluate` */
  async testOnBatch(x: Data, y: Data, options: WeightOptions = {}): Promise<Logs> {
    checkOptions("testOnBatch", options, ["sampleWeight", "classWeight"]);
    const named = this.#namedParts("testOnBatch", x);
    if (named) await named;
    const data = this.#dataFor("testOnBatch", x, y, options);
    const batch = arraySource(data, data.count, false);
    return evaluateBatches("testOnBatch", await this.#runtimeOf("testOnBatch"), batch);
  }

  /**
   * The loss and the metrics over all samples. A sample counts the same whatever the batch size.
   * @param x as of `fit`
   * @throws TypeError, RangeError for wrong data or options; Error before `compile`
   */
  async evaluate(dataset: BatchDataset, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(x: Data, y: Data, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(x: Data | BatchDataset, y?: Data | EvaluateOptions, options?: EvaluateOptions): Promise<Logs> {
    const where = "evaluate";
    let job = passSource("evaluate", this.#taught, x, y, options, ["sampleWeight"]);
    if (job instanceof Promise) job = await job;
    const { data, steps } = job;
    const runtime = await this.#runtimeOf(where);
    const watch = this.#watch(job, stepsOf(data, steps), measureNames(runtime.compiled!));
    const tell = watch && (await watch);
    return evaluateBatches(where, runtime, data, { steps, tell });
  }

  /**
   * The outputs for all samples: the shape of the only one is (samples, ...output), several come by name. Needs no `compile`. A
   * sample gets the same bits whatever the batch size and its neighbours.
   * @param x samples, see Samples; of several inputs by name. Or a Dataset of batches
   * @throws TypeError, RangeError for wrong data or options
   */
  async predict(x: Data | BatchDataset, options?: PassOptions): Promise<NumberTensor>;
  async predict(x: Data | BatchDataset, options?: PassOptions): Promise<Prediction>;
  async predict(x: Data | BatchDataset, options: PassOptions = {}): Promise<Prediction> {
    let job = passSource("predict", this.#given, x, undefined, options);
    if (job instanceof Promise) job = await job;
    const { data, steps } = job;
    const runtime = await this.#runtimeOf("predict");
    const watch = this.#watch(job, stepsOf(data, steps));
    const tell = watch && (await watch);
    const outputs = await predictBatches("predict", runtime, data, { steps, tell });
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
    const data = this.#inputsFor("activations", x);
    const values = new Map<string, number>();
    for (const { path, outputs } of this.#built("activations").nodes) values.set(path, outputs[0]!);
    const { batchSize, names } = checkActivations(options, [...values.keys()]);
    const wanted = names.map((name) => values.get(name)!);
    const runtime = await this.#runtimeOf("activations");
    const source = arraySource(data, batchSize, false);
    const outputs = await predictBatches("activations", runtime, source, { values: wanted });
    return Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
  }

  /** Parameters of all layers. @throws Error before the input shape is known */
  override countParams(): number {
    return this.#built("countParams").weights.all.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Copies of all weights in Keras' order: layer by layer, kernel before bias; named by their place, `encoder/conv2d/kernel`. While
   * `fit` runs: of the last completed step.
   */
  override getWeights(): NamedWeight[] {
    return this.#built("getWeights").weights.held.map(({ weight, variable }) => ({
      name: weight.name,
      shape: [...weight.shape],
      data: variable.read().slice(),
    }));
  }

  /**
   * Sets all weights, in the order of `getWeights`; names do not matter.
   * @throws TypeError, RangeError if one is missing or of another size or shape; Error while `fit` runs, but in callbacks
   */
  override setWeights(weights: readonly GivenWeight[]): void {
    if (!this.#guard.inCallback) this.checkIdle("setWeights");
    const { held, all } = this.#built("setWeights").weights;
    const data = checkWeights("setWeights", all, weights);
    for (const { variable } of held) variable.checkFree("setWeights", this);
    for (const [i, { variable }] of held.entries()) variable.write(data[i]!.slice());
  }

  /** The model without weights. */
  #description(): ModelSnapshot {
    return describeModel(this, this.#compiledIfAny());
  }

  #compiledIfAny(): Compiled | undefined {
    return this.#settings && (this.#compiled ?? compileFor(this.#settings, this.outputNames, undefined));
  }

  /**
   * All of the model as plain data. While `fit` runs: of the last completed step.
   * @throws TypeError for wrong options; Error if the model is disposed of
   */
  async snapshot(options: SnapshotOptions = {}): Promise<ModelSnapshot> {
    this.#checkInUse("snapshot");
    return takeSnapshot(this, this.#compiledIfAny(), this.#runtime, this.#counters, this.#restored, options);
  }

  /**
   * Takes weights, the optimizer's state and the counters of training from a snapshot of a model with the same layers.
   * @param where how errors name the call
   * @throws Error, TypeError, RangeError if it is of another model, or while `fit` runs: then nothing has changed
   */
  restore(snapshot: ModelSnapshot, where = "restore"): void {
    // The weights alone may be set in callbacks.
    if (snapshot.compiled || snapshot.progress || !this.#guard.inCallback) this.checkIdle(where);
    this.#restore(where, snapshot);
  }

  #restore(where: string, snapshot: ModelSnapshot): void {
    const network = this.#built(where);
    const compiled = this.#settings && this.#compiledFor(where, network);
    const state = restoreSnapshot(where, { network, compiled, counters: this.#counters, trainer: this }, snapshot);
    if (!state) return;
    if (this.#runtime) this.#runtime.restore(state);
    else this.#restored = state;
  }

  /** The model without its weights, as Keras 3's `model.to_json()` has it. See `modelFromJSON`. */
  toJSON(): JsonObject {
    return kerasConfig(this.#description());
  }

  /** SHA-256 over all weights in the order of `getWeights`, as little-endian 32-bit floats; 64 hex digits. */
  async fingerprint(): Promise<string> {
    // The weights first: they are of the moment of the call.
    const weights = this.getWeights().map(({ data }) => data);
    return (await import("./fingerprint.js")).fingerprint(weights);
  }

  /**
   * The model as the bytes of a file. While `fit` runs: of the last completed step.
   * @param format `keras` (default), `h5`, `onnx`, or for the weights alone `weights.h5` or `safetensors`
   * @throws TypeError, RangeError for wrong options, and for what the format has not
   */
  async toBytes(format: Format = "keras", options: SnapshotOptions = {}): Promise<Bytes> {
    // The snapshot first, here and below: it is of the moment of the call.
    const { includeOptimizer } = options ?? {};
    const [snapshot, { toBytes }] = await Promise.all([this.snapshot({ includeOptimizer }), import("./save.js")]);
    return toBytes(snapshot, format, options);
  }

  /**
   * Writes the model to a file or to the browser's storage: whole, or not at all (`tfjs`: each of its files, model.json last).
   * While `fit` runs: of the last completed step.
   * @param target in Node a path or a `file:` URL; everywhere `indexeddb://name` and `opfs://name` where the engine has them
   * @throws TypeError, RangeError for wrong options; Error where it can't be written
   */
  async save(target: ModelTarget, options: SaveOptions = {}): Promise<void> {
    const { includeOptimizer } = options ?? {};
    const [snapshot, { save }] = await Promise.all([this.snapshot({ includeOptimizer }), import("./save.js")]);
    return save(snapshot, target, options);
  }

  /** Writes the weights alone, without the optimizer's state. Targets and errors as of `save`. */
  async saveWeights(target: ModelTarget, options: SaveWeightsOptions = {}): Promise<void> {
    const weights = this.snapshot({ includeOptimizer: false });
    const [snapshot, { saveWeights }] = await Promise.all([weights, import("./save.js")]);
    return saveWeights(snapshot, target, options);
  }

  /**
   * Takes the weights of a file: of a whole model or of weights alone. They are matched by the order of the layers,
   * in safetensors by name; see the options for files of other models.
   * @param source see `loadModel`
   * @throws TypeError, RangeError for wrong options; Error if the file is damaged or of another model, while `fit` runs (but in
   *   callbacks) and before the input shape is known: then nothing has changed
   */
  async loadWeights(source: ModelSource, options: LoadWeightsOptions = {}): Promise<void> {
    const { readWeights } = await import("./save.js");
    const describe = async (withWeights: boolean) =>
      withWeights ? this.snapshot({ includeOptimizer: false }) : this.#description();
    this.restore(await readWeights(describe, source, options), "loadWeights");
  }

  /**
   * Keras' table of the layers. Printed with `print` (default console.log), and returned.
   * @throws Error before the input shape is known
   */
  summary(options: SummaryOptions = {}): string {
    const network = this.#built("summary");
    const { compiled, engine, steps = 0 } = this.#runtime ?? {};
    const slots = compiled?.optimizer.slotNames.length ?? 0;
    const training = engine && steps > 0 ? { slots, bytes: engine.bytes } : undefined;
    return summaryText(this, network, options, training);
  }

  /** Who computes: worker threads or the calling thread, and how the work has been shared so far. */
  backendInfo(): ModelBackendInfo {
    this.#built("backendInfo");
    return modelBackendInfo(this.#runtime?.engine);
  }

  /**
   * Gives the memory back, and the worker threads that nobody else wants; the layers keep their weights, the model cannot be used any
   * more. What runs just now rejects.
   */
  dispose(): void {
    if (this.#disposed) return;
    this.#runtime?.release();
    void this.#runtime?.engine.dispose();
    this.#runtime = undefined;
    this.#disposed = true;
  }

  /** The tensors that it takes. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#built("inputs").graph.inputs;
  }

  /** The tensors that it gives. */
  get outputs(): readonly SymbolicTensor[] {
    return this.#built("outputs").graph.outputs;
  }
}
