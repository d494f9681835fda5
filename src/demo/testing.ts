import type { Sequential } from "wasm-cnn";
import { type DigitImages, samplesOf } from "./digits.js";

export interface Mistake {
  /** Of the image in the test set. */
  readonly index: number;
  readonly label: number;
  readonly answer: number;
  /** Probability of the answer, 0 to 1. */
  readonly confidence: number;
}

export interface TestResult {
  readonly images: number;
  readonly loss: number;
  readonly accuracy: number;
  /** `confusion[label][answer]`: how many images. */
  readonly confusion: readonly (readonly number[])[];
  /** The most confident first. */
  readonly mistakes: readonly Mistake[];
}

/** Images a call: between two of them the drawn digit has its turn. */
const CHUNK = 500;
const EPSILON = 1e-7;

/**
 * Lets the model name the digit on each test image.
 * @param cancelled asked before each part
 * @returns undefined if it was cancelled
 */
export async function testModel(
  model: Sequential,
  images: DigitImages,
  cancelled: () => boolean,
): Promise<TestResult | undefined> {
  const confusion = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  const mistakes: Mistake[] = [];
  let loss = 0;
  for (let first = 0; first < images.count; first += CHUNK) {
    if (cancelled()) return undefined;
    const end = Math.min(first + CHUNK, images.count);
    const { data } = await model.predict(samplesOf(images, first, end), { batchSize: 64 });
    for (let index = first; index < end; index++) {
      const probabilities = data.subarray((index - first) * 10, (index - first + 1) * 10);
      const label = images.labels[index]!;
      const answer = bestOf(probabilities);
      loss -= Math.log(Math.max(probabilities[label]!, EPSILON));
      confusion[label]![answer]!++;
      if (answer !== label) mistakes.push({ index, label, answer, confidence: probabilities[answer]! });
    }
  }
  mistakes.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
  return {
    images: images.count,
    loss: loss / images.count,
    accuracy: 1 - mistakes.length / images.count,
    confusion,
    mistakes,
  };
}

/** Index of the greatest number. */
export function bestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
