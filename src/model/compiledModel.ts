import { seeThroughProxies } from "../base/raw.js";
import type { Shape } from "../engine/program/shape.js";
import type { Compiled } from "../graph/modelProgram.js";
import type { Network } from "../graph/network.js";
import type { ModelSnapshot, OptimizerState } from "../graph/snapshot.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type ModelBackendInfo, modelBackendInfo } from "./backendInfo.js";
import { type CompileOptions, type CompileSettings, checkCompile, compileFor, loadMeasures } from "./compile.js";
import { GraphModel, openShapes } from "./graphModel.js";
import { restoreSnapshot } from "./restore.js";
import { Runtime } from "./runtime.js";
import { copyState } from "./takeSnapshot.js";
import type { LogNames, TypedLogs } from "./typedLogs.js";

/** A model with what `compile` has set, and the engine that follows from that. */
export abstract class CompiledModel extends GraphModel {
  /** What the file that the model is from says of `compile` and is not supported, so that it is left out; else empty. */
  readonly loadNotes: readonly string[] = [];
  #settings: CompileSettings | undefined;
  /** The settings of which everything has been imported. */
  #imported: CompileSettings | undefined;
  #compiled: Compiled | undefined;
  #runtime: Runtime | undefined;
  /** What the optimizer has been given before there was an engine. */
  protected restored: OptimizerState | undefined;

  /** The optimizer set by `compile`. */
  get optimizer(): Optimizer | undefined {
    return this.#settings?.optimizer;
  }

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

  /** What `compile` was given. @throws Error before that */
  protected checkCompiled(where: string): CompileSettings {
    if (this.#settings) return this.#settings;
    const notes = this.loadNotes.map((note) => `\n- left out of its file: ${note}`).join("");
    throw new Error(`${where}: expected a compiled model, got one that is not; call compile first${notes}`);
  }

  /** What `compile` has set, for outputs of these shapes; nothing changes. */
  protected compiledAs(settings: CompileSettings, outputShapes: readonly Shape[]): Compiled {
    return this.#compiled ?? compileFor(settings, this.outputNames, outputShapes);
  }

  #compiledFor(network: Network): Compiled | undefined {
    if (this.#settings) this.#compiled ??= compileFor(this.#settings, this.outputNames, network.outputShapes);
    return this.#compiled;
  }

  /** The model's engine; what it needs is imported before its first job. */
  protected runtimeFor(where: string, shapes: readonly Shape[]): Runtime {
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
   * @returns the model itself, with types that know the names in its logs: `const model = new Sequential([...]).compile({ ... })`
   * @throws TypeError, RangeError for wrong options or a loss that does not fit; Error while `fit` runs
   */
  compile<const O extends CompileOptions>(options: O): TypedLogs<LogNames<O>> & this {
    this.checkIdle("compile");
    const settings = checkCompile(options);
    const { graph } = this;
    const compiled = compileFor(settings, this.outputNames, graph && this.outputShapes(openShapes(graph)));
    // A new network, too, as layers may have been frozen or thawed since.
    this.changed();
    this.initializeWeights();
    this.#settings = settings;
    this.#compiled = graph && compiled;
    return this as never;
  }

  /**
   * Losses and metrics that are known by name are imported before they are asked for shapes. Undefined if all are there: then a call
   * is of the moment at which it was made.
   */
  protected namedParts(where: string): Promise<void> | undefined {
    this.checkInUse(where);
    const settings = this.checkCompiled(where);
    if (this.#imported === settings) return undefined;
    const imported = () => {
      this.#imported = settings;
    };
    const loading = loadMeasures(this.compiled!);
    if (loading) return loading.then(imported);
    imported();
    return undefined;
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

seeThroughProxies(CompiledModel);
