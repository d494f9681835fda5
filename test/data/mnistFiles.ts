import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

/** A new temporary folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "wasm-cnn-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** The bytes of an IDX file, with whatever the header is to say. */
export function idxBytes(type: number, shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  bytes.set([0, 0, type, shape.length]);
  shape.forEach((size, i) => {
    new DataView(bytes.buffer).setUint32(4 + 4 * i, size);
  });
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

/** The four files of a small MNIST: 3 + 2 images, pixel i has the value i mod 251. */
export function smallMnist(): Record<string, Uint8Array> {
  const images = (n: number) =>
    idxBytes(
      8,
      [n, 28, 28],
      Uint8Array.from({ length: n * 784 }, (_, i) => i % 251),
    );
  return {
    "train-images-idx3-ubyte": images(3),
    "train-labels-idx1-ubyte": idxBytes(8, [3], [9, 0, 4]),
    "t10k-images-idx3-ubyte": images(2),
    "t10k-labels-idx1-ubyte": idxBytes(8, [2], [7, 1]),
  };
}

/** Writes files into a folder, which is made if need be; those with a name in `.gz` are compressed. */
export async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    await writeFile(join(folder, name), name.endsWith(".gz") ? gzipSync(bytes) : bytes);
  }
}
