import { seeThroughProxies } from "../base/raw.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import type { Format } from "../files/formats.js";
import type { JsonObject } from "../files/jsonValue.js";
import { kerasConfig } from "../files/kerasConfig.js";
import type { ModelSource, ModelTarget } from "../files/target.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import type { Layer } from "../layers/base/layer.js";
import type { LoadWeightsOptions, SaveOptions, SaveWeightsOptions } from "./save.js";
import { type SummaryOptions, summaryText } from "./summary.js";
import { describeModel, type SnapshotOptions, takeSnapshot } from "./takeSnapshot.js";
import { TrainableModel } from "./trainableModel.js";

/**
 * What all models have in common: a graph of layers that can be trained, described and saved. Wrong calls change nothing. A model is a
 * layer, too: it can stand in other models.
 */
export abstract class BaseModel extends TrainableModel {
  /** The model without weights. */
  #description(): ModelSnapshot {
    return describeModel(this, this.compiled);
  }

  /**
   * Brings in what the model knows by name and is not there at once: in pages most initializers and activations. `fit`, `evaluate`,
   * `predict`, `save` and their like do so themselves; `getWeights` cannot.
   */
  async ready(): Promise<void> {
    await loadLayers(this.layers);
  }

  /**
   * All of the model as plain data. While `fit` runs: of the last completed step.
   * @throws TypeError for wrong options; Error if the model is disposed of
   */
  async snapshot(options: SnapshotOptions = {}): Promise<ModelSnapshot> {
    this.checkInUse("snapshot");
    return takeSnapshot(
      this,
      this.compiled,
      this.graph && this.built("snapshot"),
      this.runtime,
      this.counters,
      this.restored,
      options,
    );
  }

  /**
   * Takes weights, the optimizer's state and the counters of training from a snapshot of a model with the same layers.
   * @param where how errors name the call
   * @throws Error, TypeError, RangeError if it is of another model, or while `fit` runs: then nothing has changed
   */
  restore(snapshot: ModelSnapshot, where = "restore"): void {
    // The weights alone may be set in callbacks.
    if (snapshot.compiled || snapshot.progress || !this.guard.inCallback) this.checkIdle(where);
    this.takeOver(where, snapshot);
  }

  /** The model without its weights, as Keras 3's `model.to_json()` has it. See `modelFromJSON`. */
  toJSON(): JsonObject {
    return kerasConfig(this.#description());
  }

  /** SHA-256 over all weights in the order of `getWeights`, as little-endian 32-bit floats; 64 hex digits. */
  async fingerprint(): Promise<string> {
    // They are of the moment of the call, though what makes them may have to be imported.
    const weights = this.built("fingerprint").weights.held.map(({ variable }) => variable.now());
    await this.ready();
    return (await import("./fingerprint.js")).fingerprint(weights.map((data) => data()));
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
    const network = this.built("summary");
    const { compiled, engine, steps = 0 } = this.runtime ?? {};
    const slots = compiled?.optimizer.slotNames.length ?? 0;
    const training = engine && steps > 0 ? { slots, bytes: engine.bytes } : undefined;
    return summaryText(this, network, options, training);
  }
}

/** With those of models and blocks inside. */
async function loadLayers(layers: readonly Layer[]): Promise<void> {
  for (const layer of layers) await (layer.graph ? loadLayers(layer.graph.layers) : layer.load());
}

seeThroughProxies(BaseModel);
