// Puts parts of the library into single files, minified. The argument says which:
// - worker: the script of worker threads, as a file and as text
// - standalone: the whole library, for pages without a bundler; the relaxed kernels stay a file of their own
// - plot: what draws models, with the library that lays graphs out in it, so that it is no dependency of all users

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** One file's worth of code; what `others` names, to be imported from there, is not part of it. */
async function bundle(input, { alias = {}, format = "esm", others = {} } = {}) {
  const names = Object.keys(others);
  const bundled = await rolldown({
    input: here(input),
    platform: "browser",
    resolve: { alias, extensionAlias: { ".js": [".ts", ".js"] } },
    external: (id) => names.some((name) => id.endsWith(name)),
  });
  const paths = (id) => others[names.find((name) => id.endsWith(name))];
  const { output } = await bundled.generate({ format, paths, minify: true, codeSplitting: false, comments: false });
  return output[0].code;
}

function write(path, code) {
  mkdirSync(here(path.replace(/[^/]*$/, "")), { recursive: true });
  writeFileSync(here(path), code);
}

const tasks = {
  async worker() {
    const alias = { "#platform": here("platform/scriptPort.ts") };
    const code = await bundle("engine/threads/worker.ts", { alias, format: "iife" });
    write("../build/worker.js", code);
    write(
      "platform/workerSource.generated.ts",
      `// Made by src/bundle.mjs. Do not edit.

/** The script of worker threads. */
export const source: string =
  ${JSON.stringify(code)};
`,
    );
  },

  async standalone() {
    const alias = {
      "#platform": here("../dist/platform/standalone.js"),
      // All of it is in the file.
      "#initializers": here("../dist/initializers/inNode.js"),
    };
    const others = { "relaxed.generated.js": "./wasm-cnn.relaxed.min.js" };
    write("../dist/wasm-cnn.min.js", await bundle("../dist/standalone.js", { alias, others }));
    write("../dist/wasm-cnn.relaxed.min.js", await bundle("../dist/engine/kernels/packs/relaxed.generated.js"));
  },

  async plot() {
    const license = readFileSync(here("../node_modules/@dagrejs/dagre/LICENSE"), "utf8").trim();
    const code = await bundle("../dist/plot/index.js");
    write("../dist/plot/index.js", `/*! With @dagrejs/dagre:\n\n${license}\n*/\n${code}`);
    for (const name of ["svg", "boxes"]) rmSync(here(`../dist/plot/${name}.js`));
  },
};

await tasks[process.argv[2]]();
