import { join } from "node:path";
import { checkpointName } from "../files/checkpoints.js";
import { type BaseModel, type Callback, ModelCheckpoint, newestCheckpoint } from "../index.js";
import { checkOutput, saveModel } from "./output.js";
import { UsageError } from "./usageError.js";

export interface CheckpointOptions {
  /** The folder of checkpoints. */
  checkpoint?: string;
  /** Steps between two of them. Default: one after each epoch. */
  checkpointEvery?: number;
  /** Whether to go on from the newest one. */
  resume?: boolean;
}

/** Saves where an interrupted training is, if it has got anywhere. */
export async function checkpointNow(
  model: BaseModel,
  folder: string,
  onMessage: (text: string) => void,
): Promise<void> {
  const { progress } = await model.snapshot();
  if (!progress?.fit) return;
  await saveModel(model, join(folder, checkpointName(progress.iterations)));
  onMessage(`Saved in ${folder}; the same command with --resume goes on from there`);
}

/**
 * What `fit` needs for checkpoints, and where to go on.
 * @throws UsageError if there are checkpoints, but nobody has said to go on from them; Error where the folder can't be written
 */
export async function checkpoints(
  { checkpoint: folder, checkpointEvery: everySteps, resume = false }: CheckpointOptions,
  onMessage: (text: string) => void,
): Promise<{ callbacks: Callback[]; fit: { resumeFrom?: Uint8Array } }> {
  if (folder === undefined) {
    if (resume || everySteps !== undefined) {
      throw new UsageError(
        `--${resume ? "resume" : "checkpoint-every"}: expected --checkpoint with a folder, got none`,
      );
    }
    return { callbacks: [], fit: {} };
  }
  const callbacks = [new ModelCheckpoint({ folder, ...(everySteps !== undefined && { everySteps }) })];
  const onDamaged = (name: string, { message }: Error) => onMessage(`Warning: ${name} is passed over: ${message}`);
  const newest = await newestCheckpoint(folder, { onDamaged });
  if (newest && !resume) {
    throw new UsageError(
      `--checkpoint: expected a folder without checkpoints, got one with ${newest.name}; --resume goes on from there`,
    );
  }
  await checkOutput("--checkpoint", join(folder, checkpointName(0)));
  if (!newest) return { callbacks, fit: {} };
  onMessage(`Resuming from ${newest.name}`);
  return { callbacks, fit: { resumeFrom: newest.bytes } };
}
