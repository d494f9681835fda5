// Puts parts of the library into single files, minified. The argument says which:
// - worker: the script of web workers, as a file and as text
// - standalone: the whole library as one file, for pages without a bundler; what only some pages load are files beside it
// - size: what a page that trains the network of the README needs, to be measured

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** One file's worth of code. */
async function bundle(input, { alias = {}, format = "esm", ...options } = {}) {
  const bundled = await rolldown({
    input,
    platform: "browser",
    resolve: { alias, extensionAlias: { ".js": [".ts", ".js"] } },
    ...options,
  });
  const { output } = await bundled.generate({ format, minify: true, codeSplitting: false, comments: false });
  return output[0].code;
}

/** All that is loaded together with the first of these chunks. */
function loadedTogether([entry, ...others]) {
  const chunks = new Map([entry, ...others].map((chunk) => [chunk.fileName, chunk]));
  const loaded = new Set();
  const visit = (chunk) => {
    if (loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) visit(chunks.get(name));
  };
  visit(entry);
  return [...loaded];
}

function write(path, code) {
  mkdirSync(here(path.replace(/[^/]*$/, "")), { recursive: true });
  writeFileSync(here(path), code);
}

/**
 * The library in three files: what is always needed, the relaxed kernels, and what reads and writes files. The others import
 * from the first, so that each class exists once.
 */
async function splitInThree(input, alias) {
  const bundled = await rolldown({
    input: { "wasm-cnn": input },
    platform: "browser",
    preserveEntrySignatures: "allow-extension",
    experimental: { chunkOptimization: true },
    resolve: { alias },
  });
  const whole = await bundled.generate({ format: "esm" });
  const always = new Set(loadedTogether(whole.output).flatMap(({ modules }) => Object.keys(modules)));
  const { output } = await bundled.generate({
    format: "esm",
    entryFileNames: "[name].min.js",
    chunkFileNames: "wasm-cnn.[name].min.js",
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: "relaxed", test: /relaxedKernels/ },
        { name: "files", test: (id) => !always.has(id) },
      ],
    },
  });
  // A few functions that two of them share are still chunks of their own: each gets a copy.
  const files = ["wasm-cnn.min.js", "wasm-cnn.relaxed.min.js", "wasm-cnn.files.min.js"];
  const code = new Map(output.map((chunk) => [chunk.fileName, chunk.code]));
  const chunks = {
    name: "chunks",
    resolveId: (id, importer) => {
      const name = id.replace("./", "");
      return importer && files.includes(name) ? { id: `./${name}`, external: true } : code.has(name) ? name : undefined;
    },
    load: (id) => code.get(id),
  };
  return Promise.all(files.map(async (name) => [name, await bundle(name, { plugins: [chunks] })]));
}

const tasks = {
  async worker() {
    const alias = { "#platform": here("platform/webPort.ts") };
    const code = await bundle(here("engine/worker.ts"), { alias, format: "iife" });
    write("../build/worker.js", code);
    write(
      "platform/workerSource.generated.ts",
      `// Made by src/bundle.mjs. Do not edit.

/** The script of web workers. */
export const source: string =
  ${JSON.stringify(code)};
`,
    );
  },

  async standalone() {
    const alias = { "#platform": here("../dist/platform/standalone.js") };
    for (const [name, code] of await splitInThree(here("../dist/standalone.js"), alias)) write(`../dist/${name}`, code);
  },

  async size() {
    const bundled = await rolldown({
      input: here("../test/size/train.js"),
      platform: "browser",
      resolve: { alias: { "wasm-cnn": here("../dist/index.js") } },
    });
    const { output } = await bundled.generate({ format: "esm", minify: true, comments: false });
    // The rest is loaded later, and only by pages that need it.
    const first = loadedTogether(output);
    write("../build/size/train.js", first.map(({ code }) => code).join(""));
  },
};

await tasks[process.argv[2]]();
