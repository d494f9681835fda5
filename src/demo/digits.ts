import { loadMnist, type Mnist, toCategorical } from "wasm-cnn";

/** Pixels of an image of a digit. */
export const SIDE = 28;
export const PIXELS = SIDE * SIDE;
/** The answers: 0 to 9. */
export const DIGITS = 10;

/** Images of handwritten digits, one after the other, and which digit each shows. */
export interface DigitImages {
  readonly count: number;
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export interface Digits {
  readonly train: DigitImages;
  readonly test: DigitImages;
}

/** Shares of the four files in all bytes of MNIST, in the order in which they are fetched. */
const FILE_SHARES = [0.856, 0.001, 0.142, 0.001];

/** MNIST from the folder `mnist` beside the page. */
export async function loadDigits(onProgress: (share: number) => void): Promise<Digits> {
  const mnist = await loadMnist({
    baseUrl: "./mnist/",
    onProgress({ loaded, bytes = 0, totalBytes }) {
      const before = FILE_SHARES.slice(0, loaded).reduce((sum, share) => sum + share, 0);
      onProgress(before + (totalBytes ? ((FILE_SHARES[loaded] ?? 0) * bytes) / totalBytes : 0));
    },
  });
  return { train: imagesOf(mnist.trainImages, mnist.trainLabels), test: imagesOf(mnist.testImages, mnist.testLabels) };
}

function imagesOf(images: Mnist["trainImages"], labels: Mnist["trainLabels"]): DigitImages {
  return { count: labels.data.length, pixels: images.data, labels: labels.data };
}

/** Images from `first` to before `end` as the library takes them: shape [n, 28, 28, 1]. */
export function samplesOf({ pixels }: DigitImages, first: number, end: number) {
  return { data: pixels.subarray(first * PIXELS, end * PIXELS), shape: [end - first, SIDE, SIDE, 1] };
}

export function imageAt({ pixels }: DigitImages, index: number): Uint8Array {
  return pixels.subarray(index * PIXELS, (index + 1) * PIXELS);
}

/** The first images and their labels, one-hot, as `fit` takes them. */
export function trainingSet(images: DigitImages, count: number) {
  return [samplesOf(images, 0, count), toCategorical(images.labels.subarray(0, count), DIGITS)] as const;
}
