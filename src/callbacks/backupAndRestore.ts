import { checkBoolean, checkInteger, checkOptions, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import type { ModelSource } from "../files/target.js";
import type { Callback, TrainedModel } from "./callback.js";
import { ModelCheckpoint, newestCheckpoint } from "./modelCheckpoint.js";

/** Options of `BackupAndRestore`. */
export interface BackupAndRestoreOptions {
  /** Where to: in Node a folder, which is made; in browsers `indexeddb://name` or `opfs://name`. Of this training alone. */
  folder: string;
  /** Steps between two backups, or after each epoch. Default "epoch". */
  saveFreq?: "epoch" | number | undefined;
  /** Whether the backups are removed when training has come to its end. Default true. */
  deleteCheckpoint?: boolean | undefined;
}

/**
 * Lets a training that was interrupted go on where it was when the same program is started again, as Keras' `BackupAndRestore`, but
 * to the step and to the bit.
 */
export class BackupAndRestore extends Raw implements Callback {
  readonly savesTraining = true;
  readonly #folder: string;
  readonly #deletes: boolean;
  readonly #checkpoint: ModelCheckpoint;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: BackupAndRestoreOptions) {
    super();
    const where = "BackupAndRestore";
    checkOptions(where, options, ["folder", "saveFreq", "deleteCheckpoint"]);
    const { folder, saveFreq = "epoch", deleteCheckpoint = true } = options;
    if (typeof folder !== "string" || folder === "") {
      throw new TypeError(`${where}.folder: expected a folder, got ${show(folder)}`);
    }
    if (typeof saveFreq === "string" && saveFreq !== "epoch") {
      throw new RangeError(`${where}.saveFreq: expected "epoch" or a number of steps, got ${show(saveFreq)}`);
    }
    const everySteps = saveFreq === "epoch" ? undefined : checkInteger(`${where}.saveFreq`, saveFreq, 1);
    this.#folder = folder;
    this.#deletes = checkBoolean(`${where}.deleteCheckpoint`, deleteCheckpoint);
    // The one before stays until the new one is there, and one more in case that one cannot be read.
    this.#checkpoint = new ModelCheckpoint({ folder, everySteps, keep: 2 });
  }

  setModel(model: TrainedModel): void {
    this.#checkpoint.setModel(model);
  }

  /** @throws Error if there are backups, and none can be read */
  async resumeFrom(): Promise<ModelSource | undefined> {
    return (await newestCheckpoint(this.#folder))?.bytes;
  }

  async onTrainBegin(): Promise<void> {
    await this.#checkpoint.onTrainBegin();
  }

  async onBatchEnd(batch: number, logs: Parameters<ModelCheckpoint["onBatchEnd"]>[1]): Promise<void> {
    await this.#checkpoint.onBatchEnd(batch, logs);
  }

  async onEpochEnd(epoch: number, logs: Parameters<ModelCheckpoint["onEpochEnd"]>[1]): Promise<void> {
    await this.#checkpoint.onEpochEnd(epoch, logs);
  }

  async onTrainEnd(): Promise<void> {
    if (!this.#deletes) return;
    const { listCheckpoints, removeCheckpoint } = await import("../files/checkpoints.js");
    for (const { name } of await listCheckpoints(this.#folder)) await removeCheckpoint(this.#folder, name);
  }
}

seeThroughProxies(BackupAndRestore);
