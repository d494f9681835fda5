import { metric } from "../base/numberFormat.js";
import type { TrainingRecord } from "./trainingRecord.js";

/** All that `train-mnist` reports at the end. */
export interface TrainingResults {
  record: TrainingRecord;
  /** Undefined if the training was interrupted before the test. */
  test: { loss: number; accuracy: number } | undefined;
  interrupted: boolean;
  epochs: number;
  steps: number;
  threads: number;
  relaxed: boolean;
  turbo: boolean;
  recipe: string;
  seed: number;
  fingerprint: string;
  wasmCnn: string;
}

/** The results as the object that `--json` prints. */
export function resultsObject(results: TrainingResults): Record<string, unknown> {
  const { record, test, interrupted, threads, relaxed, turbo, recipe, seed, fingerprint, wasmCnn } = results;
  return {
    ...(test && { testAccuracy: test.accuracy, testLoss: test.loss }),
    ...(interrupted && { interrupted, reached: record.reached ?? null }),
    epochs: record.epochs,
    seconds: record.seconds,
    imagesPerSecond: record.imagesPerSecond,
    threads,
    ...(relaxed && { relaxed }),
    ...(turbo && { turbo }),
    recipe,
    seed,
    fingerprint,
    node: process.versions.node,
    wasmCnn,
  };
}

/** The results as lines of text. */
export function resultsText(results: TrainingResults): string {
  const { record, test, interrupted, epochs, steps, relaxed, seed, fingerprint } = results;
  const lines: string[] = [];
  if (interrupted) {
    const { reached } = record;
    lines.push(
      reached
        ? `Interrupted in epoch ${reached.epoch}/${epochs} after step ${reached.step}/${steps}` +
            ` - accuracy: ${metric(reached.accuracy)} - loss: ${metric(reached.loss)}`
        : "Interrupted before the first step",
    );
  }
  if (test) lines.push(`Test accuracy: ${metric(test.accuracy)} - test loss: ${metric(test.loss)}`);
  if (record.reached) {
    const whole = (value: number) => Math.round(value).toLocaleString("en-US");
    lines.push(
      `Training: ${record.seconds.toFixed(1)} s, ${whole(record.imagesPerSecond)} training images/s`,
      `Seed: ${seed}, weights: ${fingerprint}${relaxed ? " (relaxed SIMD: other machines may give others)" : ""}`,
    );
  }
  return lines.join("\n");
}
