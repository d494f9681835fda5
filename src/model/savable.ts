import { checkBoolean, checkOptions } from "../engine/check.js";
import type { Format } from "../files/formats.js";
import type { JsonObject } from "../files/jsonValue.js";
import { kerasConfig } from "../files/kerasConfig.js";
import type { ModelSource, ModelTarget } from "../files/storage.js";
import { fingerprint } from "./fingerprint.js";
import type { ModelSnapshot } from "./snapshot.js";
import type { SnapshotOptions } from "./takeSnapshot.js";
import type { NamedWeight } from "./weights.js";

export interface SaveOptions extends SnapshotOptions {
  /** Default: by the ending of the target's name, else `keras`. */
  format?: Format;
}

export interface SaveWeightsOptions {
  /** Default: `safetensors` if the target's name ends so, else `weights.h5`. */
  format?: Format;
}

export interface LoadWeightsOptions {
  /** Default: by content. */
  format?: Format;
}

/** What a model offers as soon as it can be taken down as plain data, and set from it. */
export abstract class Savable {
  /**
   * All of the model as plain data. While `fit` runs: of the last completed step.
   * @throws TypeError for wrong options; Error if the model is disposed of
   */
  abstract snapshot(options?: SnapshotOptions): Promise<ModelSnapshot>;

  /**
   * Takes weights, the optimizer's state and the counters of training from a snapshot of a model with the same layers.
   * @throws Error, TypeError, RangeError if it is of another model, or while `fit` runs: then nothing has changed
   */
  abstract restore(snapshot: ModelSnapshot): void;

  /** Copies of all weights in Keras' order: layer by layer, kernel before bias. While `fit` runs: of the last step. */
  abstract getWeights(): NamedWeight[];

  /** SHA-256 over all weights in the order of `getWeights`, as little-endian 32-bit floats; 64 hex digits. */
  fingerprint(): Promise<string> {
    return fingerprint(this.getWeights().map(({ data }) => data));
  }

  /** The model without weights. */
  protected abstract description(): ModelSnapshot;

  /** The model without its weights, as Keras 3's `model.to_json()` has it. See `modelFromJSON`. */
  toJSON(): JsonObject {
    return kerasConfig(this.description());
  }

  /**
   * The model as the bytes of a file. While `fit` runs: of the last completed step.
   * @param format `keras` (default), `h5`, `onnx`, or for the weights alone `weights.h5` or `safetensors`
   * @throws TypeError, RangeError for wrong options, and for what the format has not
   */
  async toBytes(format?: Format, options: SnapshotOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
    const { snapshot, saving } = await this.#taken("toBytes", options);
    return saving.toBytes(snapshot, format);
  }

  /**
   * Writes the model to a file or to the browser's storage: whole, or not at all (`tfjs`: each of its files, model.json last).
   * While `fit` runs: of the last completed step.
   * @param target in Node a path or a `file:` URL; everywhere `indexeddb://name` and `opfs://name` where the engine has them
   * @throws TypeError, RangeError for wrong options; Error where it can't be written
   */
  async save(target: ModelTarget, options: SaveOptions = {}): Promise<void> {
    const { format, ...rest } = checkOptions("save", options, ["format", "includeOptimizer"]);
    const { snapshot, saving } = await this.#taken("save", rest);
    await saving.save(snapshot, target, format);
  }

  /** Writes the weights alone, without the optimizer's state. Targets and errors as of `save`. */
  async saveWeights(target: ModelTarget, options: SaveWeightsOptions = {}): Promise<void> {
    const { format } = checkOptions("saveWeights", options, ["format"]);
    const { snapshot, saving } = await this.#taken("saveWeights", { includeOptimizer: false });
    await saving.saveWeights(snapshot, target, format);
  }

  /**
   * Takes the weights of a file: of a whole model or of weights alone. They are matched by the order of the layers,
   * in safetensors by name.
   * @param source see `loadModel`
   * @throws TypeError, RangeError for wrong options; Error if the file is damaged or of another model, while `fit` runs and
   *   before the input shape is known: then nothing has changed
   */
  async loadWeights(source: ModelSource, options: LoadWeightsOptions = {}): Promise<void> {
    const { format } = checkOptions("loadWeights", options, ["format"]);
    const { loadWeights } = await import("./saving.js");
    this.restore(await loadWeights(() => this.description(), source, format));
  }

  /** The model of the moment of the call, and what writes it: loaded only by pages that save. */
  async #taken(where: string, options: SnapshotOptions) {
    const { includeOptimizer = true } = checkOptions(where, options, ["includeOptimizer"]);
    checkBoolean(`${where}.includeOptimizer`, includeOptimizer);
    const [snapshot, saving] = await Promise.all([this.snapshot({ includeOptimizer }), import("./saving.js")]);
    return { snapshot, saving };
  }
}
