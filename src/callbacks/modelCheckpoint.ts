import { checkBoolean, checkChoice, checkInteger, checkNumber, checkOptions, show } from "../base/check.js";
import { Raw, seeThroughProxies } from "../base/raw.js";
import { codec } from "../files/lazyCodec.js";
import type { Callback, TrainedModel } from "./callback.js";
import type { Logs } from "./logs.js";
import { isRising } from "./monitor.js";

/** Options of `ModelCheckpoint`. */
export interface ModelCheckpointOptions {
  /** Where to: in Node a folder, which is made; in browsers `indexeddb://name` or `opfs://name`. */
  folder: string;
  /** Steps between two checkpoints. Default: none within an epoch. */
  everySteps?: number | undefined;
  /** Epochs between two checkpoints. Default 1, and none with `everySteps`. */
  everyEpochs?: number | undefined;
  /** Only if the monitored value is better than ever before in this training. Default false. */
  bestOnly?: boolean | undefined;
  /** What `bestOnly` looks at: a name in the logs. Default `val_loss` where there is validation, else `loss`. */
  monitor?: string | undefined;
  /** Whether less is better or more. Default `auto`: as the name says; losses and errors fall, accuracies and their like rise. */
  mode?: "auto" | "min" | "max" | undefined;
  /** What `bestOnly` is to beat at first, as for a training that goes on. Default: nothing, the first is saved. */
  initialValueThreshold?: number | undefined;
  /** How many checkpoints to keep: the newest. Default 3. */
  keep?: number | undefined;
  /** Called when one cannot be written; the training then goes on. Default: it ends with the error. */
  onError?: ((error: Error) => void) | undefined;
}

const OPTIONS = [
  ...["folder", "everySteps", "everyEpochs", "bestOnly", "monitor", "mode", "initialValueThreshold", "keep", "onError"],
];

/**
 * Saves the model while it is trained, so that `fit({ resumeFrom })` can go on from there: `checkpoint-<steps>.keras`, each
 * written whole or not at all, and an old one is deleted only when a new one is there.
 */
export class ModelCheckpoint extends Raw implements Callback {
  readonly savesTraining = true;
  readonly #options: ModelCheckpointOptions;
  readonly #isMax: boolean;
  #model: TrainedModel | undefined;
  #steps = 0;
  #epochs = 0;
  #best: number | undefined;

  /** @throws TypeError, RangeError for wrong options */
  constructor(options: ModelCheckpointOptions) {
    super();
    checkOptions("ModelCheckpoint", options, OPTIONS);
    const { folder, everySteps, everyEpochs, bestOnly = false, monitor, mode = "auto", keep = 3, onError } = options;
    const { initialValueThreshold } = options;
    if (typeof folder !== "string" || folder === "") {
      throw new TypeError(`ModelCheckpoint.folder: expected a folder, got ${show(folder)}`);
    }
    if (everySteps !== undefined) checkInteger("ModelCheckpoint.everySteps", everySteps, 1);
    if (everyEpochs !== undefined) checkInteger("ModelCheckpoint.everyEpochs", everyEpochs, 1);
    checkBoolean("ModelCheckpoint.bestOnly", bestOnly);
    if (monitor !== undefined && typeof monitor !== "string") {
      throw new TypeError(`ModelCheckpoint.monitor: expected a name, got ${show(monitor)}`);
    }
    checkChoice("ModelCheckpoint.mode", mode, ["auto", "min", "max"]);
    this.#isMax = bestOnly && isRising("ModelCheckpoint", monitor ?? "loss", mode);
    if (initialValueThreshold !== undefined) {
      checkNumber("ModelCheckpoint.initialValueThreshold", initialValueThreshold);
    }
    checkInteger("ModelCheckpoint.keep", keep, 1);
    if (onError !== undefined && typeof onError !== "function") {
      throw new TypeError(`ModelCheckpoint.onError: expected a function, got ${show(onError)}`);
    }
    this.#options = { ...options };
  }

  setModel(model: TrainedModel): void {
    this.#model = model;
  }

  async onTrainBegin(): Promise<void> {
    this.#steps = this.#epochs = 0;
    const { folder, initialValueThreshold } = this.#options;
    this.#best = initialValueThreshold;
    await this.#attempt(async () =>
      (await import("../files/checkpoints.js")).prepareFolder("ModelCheckpoint.folder", folder),
    );
  }

  async onBatchEnd(_batch: number, logs: Logs): Promise<void> {
    const { everySteps } = this.#options;
    if (everySteps !== undefined && ++this.#steps % everySteps === 0) await this.#save(logs);
  }

  async onEpochEnd(_epoch: number, logs: Logs): Promise<void> {
    const { everySteps, everyEpochs = everySteps === undefined ? 1 : undefined } = this.#options;
    if (everyEpochs !== undefined && ++this.#epochs % everyEpochs === 0) await this.#save(logs);
  }

  async #save(logs: Logs): Promise<void> {
    const { folder, bestOnly = false, keep = 3 } = this.#options;
    const value = bestOnly ? this.#monitored(logs) : undefined;
    if (value !== undefined && !this.#isBest(value)) return;
    await this.#attempt(async () => {
      const { checkpointName, listCheckpoints, removeCheckpoint, writeCheckpoint } = await import(
        "../files/checkpoints.js"
      );
      const { iterations } = (await this.#model!.snapshot()).progress!;
      const name = checkpointName(iterations);
      await writeCheckpoint("ModelCheckpoint", folder, name, await this.#model!.toBytes());
      this.#best = value ?? this.#best;
      // Those of more steps are of another training: what is newest here is what has just been written.
      const older = (await listCheckpoints(folder)).filter((each) => each.iterations < iterations);
      for (const each of older.slice(keep - 1)) await removeCheckpoint(folder, each.name);
    });
  }

  #monitored(logs: Logs): number {
    const name = this.#options.monitor ?? ("val_loss" in logs ? "val_loss" : "loss");
    const value = logs[name];
    if (value !== undefined) return value;
    throw new RangeError(`ModelCheckpoint.monitor: expected one of ${Object.keys(logs).join(", ")}, got ${show(name)}`);
  }

  #isBest(value: number): boolean {
    if (this.#best === undefined) return true;
    return this.#isMax ? value > this.#best : value < this.#best;
  }

  async #attempt(task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      const { onError } = this.#options;
      if (!onError) throw error;
      onError(error as Error);
    }
  }
}

seeThroughProxies(ModelCheckpoint);

/** Options of `newestCheckpoint`. */
export interface NewestCheckpointOptions {
  /** Called for each checkpoint that is damaged, before the one before it is tried. */
  onDamaged?: ((name: string, error: Error) => void) | undefined;
}

/**
 * The newest checkpoint of a folder that can be read, for `fit({ resumeFrom })`. Undefined if there is none at all.
 * @param folder as of ModelCheckpoint
 * @throws Error if there are some, but all are damaged; or what the file system reports
 */
export async function newestCheckpoint(
  folder: string,
  options: NewestCheckpointOptions = {},
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | undefined> {
  checkOptions("newestCheckpoint", options, ["onDamaged"]);
  const where = "newestCheckpoint";
  const { listCheckpoints, readCheckpoint } = await import("../files/checkpoints.js");
  const { decodeModel } = await codec();
  let last: Error | undefined;
  for (const { name } of await listCheckpoints(folder)) {
    try {
      const bytes = await readCheckpoint(where, folder, name);
      await decodeModel(where, bytes, { format: "keras", compile: true });
      return { name, bytes };
    } catch (error) {
      last = error as Error;
      options.onDamaged?.(name, last);
    }
  }
  if (last) throw new Error(`${where}: expected a checkpoint that can be read in ${folder}, got ${last.message}`);
  return undefined;
}
