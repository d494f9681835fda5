import type { Callback, Logs } from "../index.js";

/** A finished epoch, counted from 1, with the means of its loss and accuracy. */
export interface EpochResult {
  epoch: number;
  loss: number;
  accuracy: number;
  seconds: number;
}

/** The last finished step, counted from 1 in its epoch, with the epoch's means so far. */
export interface ReachedStep {
  epoch: number;
  step: number;
  loss: number;
  accuracy: number;
}

/** What a training has done so far; it holds when the training is interrupted too. */
export class TrainingRecord {
  readonly epochs: EpochResult[] = [];
  reached: ReachedStep | undefined;
  /** Images trained on; an image counts once an epoch. */
  images = 0;
  /** Time in `fit`, until the end of the last step or epoch. */
  seconds = 0;

  get imagesPerSecond(): number {
    return this.seconds > 0 ? this.images / this.seconds : 0;
  }

  /** A callback for `fit` on `imageCount` images in batches of `batchSize`. */
  callback(imageCount: number, batchSize: number): Callback {
    const start = performance.now();
    const elapsed = () => (performance.now() - start) / 1000;
    let epoch = 0;
    let epochStart = 0;
    return {
      onEpochBegin: (index) => {
        epoch = index + 1;
        epochStart = elapsed();
      },
      onBatchEnd: (batch, logs) => {
        this.reached = { epoch, step: batch + 1, ...lossAndAccuracy(logs) };
        this.images += Math.min(batchSize, imageCount - batch * batchSize);
        this.seconds = elapsed();
      },
      onEpochEnd: (_index, logs) => {
        this.seconds = elapsed();
        this.epochs.push({ epoch, ...lossAndAccuracy(logs), seconds: this.seconds - epochStart });
      },
    };
  }
}

/** @param logs of a model with the metric accuracy */
export function lossAndAccuracy({ loss, accuracy = Number.NaN }: Logs): { loss: number; accuracy: number } {
  return { loss, accuracy };
}
