import { checkBoolean, checkOptions } from "../engine/check.js";
import type { Bytes } from "../engine/kinds.js";
import { Raw } from "../engine/raw.js";
import type { Format } from "../files/formats.js";
import type { JsonObject } from "../files/jsonValue.js";
import { kerasConfig } from "../files/kerasConfig.js";
import { codec } from "../files/lazyCodec.js";
import type { ModelSource, ModelTarget } from "../files/target.js";
import type { ModelSnapshot } from "./snapshot.js";
import type { SnapshotOptions } from "./takeSnapshot.js";
import type { NamedWeight } from "./weights.js";

export interface SaveOptions extends SnapshotOptions {
  /** Default: by the ending of the target's name; in the browser's own storage `keras`. */
  format?: Format | undefined;
}

export interface SaveWeightsOptions {
  /** Default: by the ending of the target's name; in the browser's own storage `weights.h5`. */
  format?: Format | undefined;
}

export interface LoadWeightsOptions {
  /** Default: by content. */
  format?: Format | undefined;
}

/** What a model offers as soon as it can be taken down as plain data, and set from it. */
export abstract class Savable extends Raw {
  /** What the file that the model is from says of `compile` and is not supported, so that it is left out; else empty. */
  readonly loadNotes: readonly string[] = [];

  protected notCompiled(where: string): Error {
    const notes = this.loadNotes.map((note) => `\n- left out of its file: ${note}`).join("");
    return new Error(`${where}: expected a compiled model, got one that is not; call compile first${notes}`);
  }

  /**
   * All of the model as plain data. While `fit` runs: of the last completed step.
   * @throws TypeError for wrong options; Error if the model is disposed of
   */
  abstract snapshot(options?: SnapshotOptions): Promise<ModelSnapshot>;

  /**
   * Takes weights, the optimizer's state and the counters of training from a snapshot of a model with the same layers.
   * @param where how errors name the call
   * @throws Error, TypeError, RangeError if it is of another model, or while `fit` runs: then nothing has changed
   */
  abstract restore(snapshot: ModelSnapshot, where?: string): void;

  /** Copies of all weights in Keras' order: layer by layer, kernel before bias. While `fit` runs: of the last step. */
  abstract getWeights(): NamedWeight[];

  /** SHA-256 over all weights in the order of `getWeights`, as little-endian 32-bit floats; 64 hex digits. */
  async fingerprint(): Promise<string> {
    // The weights first: they are of the moment of the call.
    const weights = this.getWeights().map(({ data }) => data);
    return (await import("./fingerprint.js")).fingerprint(weights);
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
  async toBytes(format: Format = "keras", options: SnapshotOptions = {}): Promise<Bytes> {
    checkOptions("toBytes", options, ["includeOptimizer"]);
    const { includeOptimizer = true } = options;
    checkBoolean("toBytes.includeOptimizer", includeOptimizer);
    // The snapshot first, here and below: it is of the moment of the call.
    const [snapshot, { checkFormat, encodeModel }] = await Promise.all([this.snapshot({ includeOptimizer }), codec()]);
    return encodeModel("toBytes.format", snapshot, checkFormat("toBytes.format", format));
  }

  /**
   * Writes the model to a file or to the browser's storage: whole, or not at all (`tfjs`: each of its files, model.json last).
   * While `fit` runs: of the last completed step.
   * @param target in Node a path or a `file:` URL; everywhere `indexeddb://name` and `opfs://name` where the engine has them
   * @throws TypeError, RangeError for wrong options; Error where it can't be written
   */
  async save(target: ModelTarget, options: SaveOptions = {}): Promise<void> {
    checkOptions("save", options, ["format", "includeOptimizer"]);
    const { format, ...rest } = options;
    const [snapshot, { formatToWrite, saveModel }] = await Promise.all([this.snapshot(rest), codec()]);
    await saveModel("save", target, snapshot, formatToWrite("save", target, format));
  }

  /** Writes the weights alone, without the optimizer's state. Targets and errors as of `save`. */
  async saveWeights(target: ModelTarget, options: SaveWeightsOptions = {}): Promise<void> {
    checkOptions("saveWeights", options, ["format"]);
    const weights = this.snapshot({ includeOptimizer: false });
    const [snapshot, { formatToWrite, saveModel }] = await Promise.all([weights, codec()]);
    const format = formatToWrite("saveWeights", target, options.format, ["weights.h5", "safetensors"]);
    await saveModel("saveWeights", target, snapshot, format);
  }

  /**
   * Takes the weights of a file: of a whole model or of weights alone. They are matched by the order of the layers,
   * in safetensors by name.
   * @param source see `loadModel`
   * @throws TypeError, RangeError for wrong options; Error if the file is damaged or of another model, while `fit` runs (but in
   *   callbacks that await it) and before the input shape is known: then nothing has changed
   */
  async loadWeights(source: ModelSource, options: LoadWeightsOptions = {}): Promise<void> {
    checkOptions("loadWeights", options, ["format"]);
    const { format } = options;
    const { checkFormat, readModel } = await codec();
    if (format !== undefined) checkFormat("loadWeights.format", format);
    const model = this.description();
    const { name, inputShape, layers } = await readModel("loadWeights", source, { format, compile: false, model });
    this.restore({ name, inputShape, layers }, "loadWeights");
  }
}
