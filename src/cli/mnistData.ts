import { loadMnist, toCategorical } from "../index.js";
import { mnistFolder } from "./mnistFolder.js";
import { UsageError } from "./usageError.js";

/** Images of shape [n, 28, 28, 1] as bytes, and their labels one-hot, of shape [n, 10]. */
export interface LabelledImages {
  count: number;
  images: { data: Uint8Array; shape: number[] };
  labels: { data: Float32Array; shape: number[] };
}

export interface MnistDataOptions {
  /** The folder with the four files. Default: where `loadMnist` looks for them; they are fetched if they are not there. */
  data?: string | undefined;
  /** How many training images to take. Default: all. */
  limit?: number | undefined;
  signal: AbortSignal;
  onMessage: (message: string) => void;
}

/**
 * MNIST, ready for `fit` and `evaluate`.
 *
 * @throws UsageError if `limit` exceeds the number of training images; otherwise what `loadMnist` and `fetchMnist` throw.
 */
export async function mnistData(options: MnistDataOptions): Promise<{ train: LabelledImages; test: LabelledImages }> {
  const { data, limit, signal, onMessage } = options;
  const mnist = await loadMnist({ dir: data ?? (await mnistFolder({ signal, onMessage })), signal });
  const available = mnist.trainLabels.data.length;
  if (limit !== undefined && limit > available) {
    throw new UsageError(`--limit: expected at most ${available}, the number of training images, got ${limit}`);
  }
  return {
    train: labelled(mnist.trainImages.data, mnist.trainLabels.data, limit ?? available),
    test: labelled(mnist.testImages.data, mnist.testLabels.data, mnist.testLabels.data.length),
  };
}

function labelled(images: Uint8Array, labels: Uint8Array, count: number): LabelledImages {
  return {
    count,
    images: { data: images.subarray(0, count * 28 * 28), shape: [count, 28, 28, 1] },
    labels: toCategorical(labels.subarray(0, count), 10),
  };
}
