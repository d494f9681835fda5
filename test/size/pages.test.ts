import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { layers, Sequential } from "../../dist/index.js";
import {
  argumentOf,
  bundleWithEsbuild,
  bundleWithRolldown,
  hasEsbuild,
  loadedAtOnce,
  type PageFile,
  page,
  root,
  runPage,
} from "./pages.mjs";

if (!hasEsbuild) console.warn("SKIPPED: esbuild is not installed: npm ci --ignore-scripts --prefix test/bundlers");

const bundlers = [
  ["rolldown", bundleWithRolldown],
  ["esbuild --splitting", bundleWithEsbuild],
] as const;

const modulesOf = (files: readonly PageFile[]) => files.flatMap(({ modules }) => modules);
const packsIn = (modules: Iterable<string>) =>
  [...modules].flatMap((path) => /packs\/(\w+)(?:\.binary)?\.generated\.js$/.exec(path)?.[1] ?? []);
/** Of the layers themselves, not what they share. */
const isLayer = (path: string) => layerFiles.includes(path);

const index = readFileSync(join(root, "dist/layers/index.js"), "utf8");
/** The file of each layer, by what makes one. */
const fileOf = new Map(
  [...index.matchAll(/^export \{ \w+, (\w+) \} from "\.\/(.+)";$/gm)].map(([, name, path]) => [
    name!,
    `dist/layers/${path}`,
  ]),
);
const layerFiles = [...fileOf.values()];

/** A file of dist and all that comes with it. */
function cameWith(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  const code = readFileSync(join(root, path), "utf8");
  for (const [, to] of code.matchAll(/^(?:import|export) [^;]*?from "(\.[^"]+)";$/gm)) {
    cameWith(join(path, "..", to!), found);
  }
  return found;
}

it("the files of all layers are known", () => {
  const factories = Object.entries(layers).filter(([name]) => /^[a-z]/.test(name));
  expect([...fileOf.keys()].sort()).toEqual(factories.map(([name]) => name).sort());
});

describe.each(bundlers)("with %s, a page of one layer", (bundler, bundle) => {
  it.skipIf(bundler !== "rolldown" && !hasEsbuild).each([...fileOf])(
    "%s has no other layer and no other packs",
    async (name, path) => {
      const code = `import * as layers from "wasm-cnn/layers"; globalThis.layer = layers.${name};`;
      const modules = new Set(modulesOf(loadedAtOnce(await bundle(join(root, "page.js"), { code, minify: false }))));
      expect([...modules]).toContain(path);
      const mayCome = cameWith(path);
      expect([...modules].filter((each) => isLayer(each) && !mayCome.has(each))).toEqual([]);
      expect(packsIn(modules).filter((pack) => !packsIn(mayCome).includes(pack))).toEqual([]);
    },
  );
});

describe.each(bundlers)("with %s, a page that trains the README's network", (bundler, bundle) => {
  let files: PageFile[];
  let fetched: string[];
  const folder = join(root, "build/size", `test-${bundler.split(" ")[0]}`);

  beforeAll(async () => {
    if (bundler !== "rolldown" && !hasEsbuild) return;
    files = await bundle(page("train"));
    fetched = modulesOf(await runPage(files, folder, await argumentOf("train")));
  });

  it.skipIf(bundler !== "rolldown" && !hasEsbuild)("loads its own layers, optimizer, loss and metrics at once", () => {
    const modules = modulesOf(loadedAtOnce(files));
    const nameOf = (path: string) => path.split("/").at(-1)!;
    /** The files of a family that hold one of its members; what defines them is in every page. */
    const within = (family: string) => {
      const index = readFileSync(join(root, `dist/${family}/index.js`), "utf8");
      const members = index.replace(/^export \{ define\w+ \} from .*$/gm, "");
      return modules
        .filter((path) => path.startsWith(`dist/${family}/`) && members.includes(`"./${nameOf(path)}"`))
        .map(nameOf);
    };
    const network = ["conv2d.js", "dense.js", "flatten.js", "inputLayer.js", "maxPooling2d.js", "rescaling.js"];
    expect(modules.filter(isLayer).map(nameOf).sort()).toEqual(network);
    expect(within("optimizers")).toEqual(["rmsprop.js"]);
    expect(within("losses")).toEqual(["categoricalCrossentropy.js"]);
    expect(modules.filter((path) => path.endsWith(".binary.generated.js"))).toEqual([]);
  });

  it.skipIf(bundler !== "rolldown" && !hasEsbuild)("fetches the packs that it calls, and nothing else", () => {
    const later = fetched.filter((path) => !modulesOf(loadedAtOnce(files)).includes(path));
    const packs = ["accuracy", "relu", "rmsprop", "softmax", "softmaxCrossEntropy"];
    expect(later.sort()).toEqual(packs.map((pack) => `dist/engine/kernels/packs/${pack}.binary.generated.js`));
  });
});

it("a page that has made a model reads weights for it, with no other layers loaded", async () => {
  const code = `
    import { model } from "./test/size/network.js";
    globalThis.run = async () => {
      const before = model.getWeights()[0].data;
      const bytes = await model.toBytes("keras");
      model.setWeights(model.getWeights().map(({ data, ...rest }) => ({ ...rest, data: data.map(() => 0) })));
      await model.loadWeights(bytes);
      if (String(model.getWeights()[0].data) !== String(before)) throw new Error("other weights");
    };`;
  const files = await bundleWithRolldown(join(root, "page.js"), { code });
  const fetched = modulesOf(await runPage(files, join(root, "build/size/test-weights"), null));
  expect(fetched).toContain("dist/files/readKeras.js");
  expect(fetched.filter(isLayer)).toHaveLength(6);
});

it("a page has weights of all initializers by name once its model is ready, with the bits that Node has", async () => {
  const names = ["heNormal", "truncated_normal", "orthogonal", "lecunUniform"];
  const make = `new Sequential(
    ${JSON.stringify(names)}.map((kernelInitializer, i) => layers.dense({ units: 3, kernelInitializer, ...(i === 0 && { inputShape: [4] }) })),
    { seed: 5 },
  )`;
  const model = new Sequential(
    names.map((name, i) =>
      layers.dense({ units: 3, kernelInitializer: name as "heNormal", ...(i === 0 && { inputShape: [4] }) }),
    ),
    { seed: 5 },
  );
  const expected = model.getWeights().map(({ data }) => String(data));
  const code = `
    import { layers, Sequential } from "wasm-cnn";
    globalThis.run = async (expected) => {
      const model = ${make};
      let message = "nothing";
      try { model.getWeights(); } catch (error) { message = error.message; }
      if (!message.includes("HeNormal: expected it to be imported") || !message.includes("await model.ready()")) throw new Error(message);
      const early = model.fingerprint();
      await model.ready();
      const weights = model.getWeights().map(({ data }) => String(data));
      if (String(weights) !== String(expected)) throw new Error("other weights");
      if ((await early) !== (await model.fingerprint())) throw new Error("other fingerprint");
    };`;
  const files = await bundleWithRolldown(join(root, "page.js"), { code });
  const fetched = modulesOf(await runPage(files, join(root, "build/size/test-ready"), expected));
  expect(modulesOf(loadedAtOnce(files))).not.toContain("dist/initializers/heNormal.js");
  expect(fetched).toContain("dist/initializers/heNormal.js");
});
