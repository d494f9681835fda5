import { appendText, makeFolder } from "#platform";
import { checkBoolean, checkInteger, checkOptions, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { Callback, TrainedModel } from "./callback.js";
import type { Logs } from "./logs.js";
import { checkState } from "./state.js";

/** Options of `TensorBoard`. */
export interface TensorBoardOptions {
  /** A folder, which is made: event files are in `train` and `validation` below it. Default "logs". */
  logDir?: string | undefined;
  /** Whether losses and metrics of batches are written too: "batch" after each, a number after so many each. Default "epoch": those of epochs alone. */
  updateFreq?: "batch" | "epoch" | number | undefined;
  /** Whether steps per second are written, of epochs and of the batches that are written. Default false. */
  writeStepsPerSecond?: boolean | undefined;
}

type Folder = "train" | "validation";

/** How many writers there have been in this process: two within one second need names of their own. */
let writers = 0;

/**
 * Writes event files that TensorBoard shows, as Keras' `TensorBoard`: `epoch_loss` and the like of each epoch with the learning rate, `batch_loss`
 * and the like over the steps trained, `evaluation_loss_vs_iterations` of each validation and evaluation. Scalars only. In Node.
 */
export class TensorBoard extends Raw implements Callback {
  readonly name = "TensorBoard";
  readonly #logDir: string;
  readonly #every: number | undefined;
  readonly #withSpeed: boolean;
  #model: TrainedModel | undefined;
  #files = new Map<Folder, string>();
  /** Steps trained since it was made. */
  #steps = 0;
  #epoch = { began: 0, steps: 0 };
  #batchBegan = 0;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: TensorBoardOptions = {}) {
    super();
    const where = "TensorBoard";
    checkOptions(where, options, ["logDir", "updateFreq", "writeStepsPerSecond"]);
    const { logDir = "logs", updateFreq = "epoch", writeStepsPerSecond = false } = options;
    if (typeof logDir !== "string" || logDir === "") {
      throw new TypeError(`${where}.logDir: expected a folder, got ${show(logDir)}`);
    }
    if (typeof updateFreq === "string" && updateFreq !== "epoch" && updateFreq !== "batch") {
      throw new RangeError(
        `${where}.updateFreq: expected "batch", "epoch" or a number of steps, got ${show(updateFreq)}`,
      );
    }
    const every = { epoch: undefined, batch: 1 } as const;
    this.#logDir = logDir;
    this.#every =
      typeof updateFreq === "string" ? every[updateFreq] : checkInteger(`${where}.updateFreq`, updateFreq, 1);
    this.#withSpeed = checkBoolean(`${where}.writeStepsPerSecond`, writeStepsPerSecond);
  }

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  onTrainBegin(): void {
    // A training has files of its own.
    this.#files = new Map();
  }

  onEpochBegin(): void {
    this.#epoch = { began: performance.now(), steps: this.#steps };
  }

  /** @throws Error if the file cannot be written */
  async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const isValidation = (name: string) => name.startsWith("val_");
    const ofTraining = Object.entries(logs).filter(([name]) => !isValidation(name));
    const { began, steps } = this.#epoch;
    const more = {
      learning_rate: this.#model!.optimizer!.learningRate,
      ...(this.#withSpeed && { steps_per_second: perSecond(this.#steps - steps, began) }),
    };
    await this.#write("train", epoch, "epoch_", [...Object.entries({ ...Object.fromEntries(ofTraining), ...more })]);
    const ofValidation = Object.entries(logs).filter(([name]) => isValidation(name));
    await this.#write(
      "validation",
      epoch,
      "epoch_",
      ofValidation.map(([name, value]) => [name.slice("val_".length), value] as const),
    );
  }

  onBatchBegin(): void {
    this.#batchBegan = performance.now();
  }

  /** @throws Error if the file cannot be written */
  async onBatchEnd(_batch: number, logs: Logs): Promise<void> {
    const step = ++this.#steps;
    if (this.#every === undefined || step % this.#every !== 0) return;
    const speed = this.#withSpeed ? { steps_per_second: perSecond(1, this.#batchBegan) } : {};
    await this.#write("train", step, "batch_", Object.entries({ ...logs, ...speed }));
  }

  /** @throws Error if the file cannot be written */
  async onTestEnd(logs: Logs): Promise<void> {
    await this.#write("validation", this.#steps, "evaluation_", Object.entries(logs), "_vs_iterations");
  }

  state(): unknown {
    return { steps: this.#steps };
  }

  restore(state: unknown): void {
    this.#steps = checkState<{ steps: number }>("TensorBoard", state, { steps: "number" }).steps;
  }

  async #write(
    folder: Folder,
    step: number,
    prefix: string,
    values: readonly (readonly [name: string, value: number])[],
    suffix = "",
  ): Promise<void> {
    if (values.length === 0) return;
    const { encodeRecord } = await import("./eventRecord.js");
    const wallTime = Date.now() / 1000;
    const records: Uint8Array[] = [];
    let file = this.#files.get(folder);
    if (!file) {
      const path = `${this.#logDir}/${folder}`;
      await makeFolder(path);
      file = `${path}/events.out.tfevents.${Math.floor(wallTime)}.wasm-cnn.${Date.now() % 1000}.${writers++}.v2`;
      this.#files.set(folder, file);
      records.push(encodeRecord({ wallTime, fileVersion: "brain.Event:2" }));
    }
    for (const [name, value] of values)
      records.push(encodeRecord({ wallTime, step, tag: prefix + name + suffix, value }));
    await appendText(file, joined(records));
  }
}

seeThroughProxies(TensorBoard);

function perSecond(count: number, began: number): number {
  return (1000 * count) / Math.max(performance.now() - began, 1e-3);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
