import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

// The rules of the house, read from the sources with regular expressions: no parser, no build.

const root = fileURLToPath(new URL("..", import.meta.url));

/** From the lowest level to the highest: a file may import from its own level and from lower ones. */
const levels = [
  ["base"],
  ["platform"],
  ["engine"],
  [
    ...["activations", "initializers", "regularizers", "constraints", "optimizers", "schedules", "losses", "metrics"],
    ...["layers", "data"],
  ],
  ["graph"],
  ["files", "plot"],
  ["callbacks"],
  ["model"],
  ["testing"],
  ["entries"],
  ["index.ts", "standalone.ts"],
  ["cli"],
  ["demo"],
];
/** Within two levels the folders stand in an order of their own; what lies beside these folders comes last. */
const sublevels: Readonly<Record<string, readonly string[]>> = {
  engine: ["kernels", "program", "run", "memory", "threads"],
  layers: [
    ...["base", "activation", "core", "merging", "operators", "regularization", "reshaping"],
    ...["augmentation", "normalization", "pooling", "convolution"],
  ],
};
/** Here types must not go round either. */
const strict = ["engine", "layers", "graph", "model"];
/** What the kernels of a pack share, beside assembly/lib: these files export no kernels. */
const helpers = ["convolution/nonZeros", "convolution/winograd4Tiles", "convolution/winogradTiles"];
/** What "#platform" stands for. */
const platforms = ["src/platform/node.ts", "src/platform/browser.ts"];
/** Likewise "#initializers". */
const atOnce = ["src/initializers/inNode.ts", "src/initializers/inPages.ts"];
const MAX_LINES = 300;

/** Paths of the TypeScript files in a folder and below, relative to the root. */
function filesIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name.replaceAll("\\", "/")));
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Comments made blank: they may speak of anything. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

/** All that a source imports or exports from, also `import(...)` and types. */
function specifiersOf(source: string): string[] {
  const code = withoutComments(source);
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"']+)\1/g;
  return [...code.matchAll(pattern)].map(([, , specifier]) => specifier!);
}

/** Imports of types alone made blank: they are gone when the program runs. */
function withoutTypeImports(source: string): string {
  return source.replace(/^(import|export) type [^;]*;$/gm, "");
}

/** The files of the project that `path` imports, or the given source in its place. */
function importsOf(path: string, source = read(path)): string[] {
  return specifiersOf(source).flatMap((specifier) => {
    if (specifier === "#platform") return platforms;
    if (specifier === "#initializers") return atOnce;
    if (!specifier.startsWith(".")) return [];
    return [`${join(dirname(path), specifier).replace(/\.js$/, "")}.ts`];
  });
}

function levelOf(path: string): number {
  return levels.findIndex((names) => names.includes(path.split("/")[1]!));
}

/** A way from a file back to itself, if there is one. */
function findCycle(
  files: readonly string[],
  nextOf = (file: string) => importsOf(file, withoutTypeImports(read(file))),
): string[] | undefined {
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const next of nextOf(file)) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Whatever is loaded with `path`: not what it imports later, by `import(...)`. */
function loadedWith(path: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  const atOnce = withoutTypeImports(withoutComments(read(path))).replace(/\bimport\s*\([^)]*\)/g, "");
  for (const imported of importsOf(path, atOnce)) loadedWith(imported, loaded);
  return loaded;
}

const sources = filesIn("src");
const assembly = filesIn("assembly");
/** Paths of the kernel families in assembly/, without the ending. */
const families = assembly
  .map((path) => path.slice("assembly/".length, -".ts".length))
  .filter((path) => !path.startsWith("lib/") && !path.endsWith("/index") && !helpers.includes(path));
const kernelsOf = (family: string) =>
  [...read(`assembly/${family}.ts`).matchAll(/^export function (\w+)/gm)].map(([, name]) => name!);

describe("imports", () => {
  it("are found, however they are written", () => {
    const source = `
      import { a } from "./a.js"; import type { B } from './b.js'; export * from "./c.js"; import "./d.js";
      // import "./no.js"
      const e = await import("./e.js"); import {
        f,
      } from "./f.js"; /* from "./no.js" */ type G = import("./g.js").G;`;
    expect(specifiersOf(source)).toEqual(["a", "b", "c", "d", "e", "f", "g"].map((name) => `./${name}.js`));
    expect(importsOf("src/layers/core/dense.ts")).toContain("src/engine/program/program.ts");
  });

  it.each(sources)("%s imports only files that exist, of its level or below", (file) => {
    expect(levelOf(file), "a folder with a level").toBeGreaterThanOrEqual(0);
    for (const imported of importsOf(file)) {
      expect(sources).toContain(imported);
      expect(levelOf(imported), imported).toBeLessThanOrEqual(levelOf(file));
    }
  });

  it.each(Object.keys(sublevels))("within src/%s go down from folder to folder", (level) => {
    const order = sublevels[level]!;
    const within = sources.filter((file) => file.startsWith(`src/${level}/`));
    const folderOf = (file: string) => file.split("/").slice(2, -1)[0];
    const rankOf = (file: string) => (folderOf(file) ? order.indexOf(folderOf(file)!) : order.length);
    expect([...new Set(within.map(folderOf))].filter((folder) => folder && folder !== "packs").sort()).toEqual(
      [...order].sort(),
    );
    const upwards = within.flatMap((file) =>
      importsOf(file)
        .filter((to) => to.startsWith(`src/${level}/`) && rankOf(to) > rankOf(file))
        .map((to) => `${file} -> ${to}`),
    );
    expect(upwards).toEqual([]);
  });

  it("never go round, but for types", () => {
    expect(findCycle(sources)).toBeUndefined();
    expect(findCycle(assembly)).toBeUndefined();
  });

  it.each(strict)("never go round in src/%s, types counted", (folder) => {
    const files = sources.filter((file) => file.startsWith(`src/${folder}/`));
    expect(files).not.toEqual([]);
    const within = (file: string) => strict.includes(file.split("/")[1]!);
    expect(findCycle(files, (file) => importsOf(file).filter(within))).toBeUndefined();
  });

  it("bring in the relaxed kernels only where they are asked for", () => {
    const relaxed = "src/engine/kernels/packs/relaxed.generated.ts";
    const loaded = loadedWith("src/index.ts");
    expect(loaded).toContain("src/engine/kernels/packs/core.generated.ts");
    expect(loaded).not.toContain(relaxed);
    expect(sources.filter((file) => importsOf(file).includes(relaxed))).toEqual(["src/engine/kernels/kernels.ts"]);
  });

  it("bring in the readers and writers of files only when one is used", () => {
    const loaded = [...loadedWith("src/index.ts")].filter((file) => file.startsWith("src/files/"));
    expect(loaded).toContain("src/files/formats.ts");
    expect(loaded.filter((file) => /(read|write)Keras\.ts|kerasH5\.ts|weights|Hdf5|opfs|indexedDb/.test(file))).toEqual(
      [],
    );
    const byModel = loadedWith("src/model/sequential.ts");
    expect(byModel).toContain("src/files/kerasConfig.ts");
    for (const file of ["codec", "lazyCodec", "formats"]) expect(byModel).not.toContain(`src/files/${file}.ts`);
    expect(loaded).toContain("src/files/lazyCodec.ts");
    expect(loaded).not.toContain("src/files/codec.ts");
  });

  it("bring in the formats of files only where they are asked for", () => {
    const loaded = loadedWith("src/index.ts");
    expect(loaded).toContain("src/files/formats.ts");
    const formats = [
      "readKeras",
      "writeKeras",
      "kerasH5",
      "weightsH5",
      "tfjs",
      "safetensors",
      "namedWeights",
      "onnx",
      "onnx/proto",
    ];
    for (const format of formats) {
      expect(sources).toContain(`src/files/${format}.ts`);
      expect(loaded).not.toContain(`src/files/${format}.ts`);
    }
  });

  it.each(filesIn("src/demo"))("of the library are those of any user in %s", (file) => {
    expect(importsOf(file).filter((imported) => !imported.startsWith("src/demo/"))).toEqual([]);
  });

  it("bring in nothing of wasm-cnn/testing", () => {
    expect([...loadedWith("src/index.ts")].filter((file) => file.startsWith("src/testing/"))).toEqual([]);
    expect(loadedWith("src/testing/index.ts")).toContain("src/testing/trial.ts");
  });

  it("in src/index.ts are re-exports only", () => {
    const rest = withoutComments(read("src/index.ts")).replace(/^export [^;]*? from "[^"]+";$/gm, "");
    expect(rest.trim()).toBe("");
  });
});

describe("Node", () => {
  const mayUseNode = (file: string) => /^src\/platform\/node\w*\.ts$/.test(file) || file.startsWith("src/cli/");

  it.each(sources.filter((file) => !mayUseNode(file)))("is not known to %s", (file) => {
    const source = read(file);
    expect(specifiersOf(source).filter((specifier) => specifier.startsWith("node:"))).toEqual([]);
    expect(withoutComments(source)).not.toMatch(/\b(process\.|Buffer\b|require\()/);
  });
});

describe("kernels", () => {
  it("of a pack with several families are all in its list", () => {
    for (const index of assembly.filter((path) => path.endsWith("/index.ts"))) {
      const folder = index.split("/")[1]!;
      const listed = specifiersOf(read(index)).map((specifier) => specifier.replace("./", `${folder}/`));
      expect(listed.sort()).toEqual(families.filter((family) => family.startsWith(`${folder}/`)).sort());
    }
  });

  it.each(families)("of %s begin with its name", (family) => {
    const name = family.split("/").at(-1)!;
    const kernels = kernelsOf(family);
    expect(kernels).not.toEqual([]);
    const others = kernels.filter((each) => !/^[A-Z]/.test(each.startsWith(name) ? each.slice(name.length) : ""));
    expect(others).toEqual([]);
  });

  it("have a test", () => {
    const tests = [...filesIn("test/kernels"), ...filesIn("test/reference")];
    const code = tests.map((path) => withoutComments(read(path))).join("\n");
    // By its name or, in a table of pairs of passes, by theirs.
    const isTested = (name: string) =>
      [name, name.replace(/(For|Back)ward$/, "")].some((at) => new RegExp(`\\b${at}\\b`).test(code));
    const untested = families.flatMap(kernelsOf).filter((name) => !isTested(name));
    expect(untested).toEqual([]);
  });
});

describe("files", () => {
  it(`have at most ${MAX_LINES} lines`, () => {
    const lengths = [...sources, ...assembly].map((file) => ({ file, lines: read(file).trimEnd().split("\n").length }));
    expect(lengths.filter(({ lines }) => lines > MAX_LINES)).toEqual([]);
  });
});
