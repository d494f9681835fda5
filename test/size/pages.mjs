// Pages, bundled as their users do, and what a browser would fetch of them. `npm run size` writes the files that are fetched to
// build/size, where size-limit weighs them; pages.test.ts looks at what is in them.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const alias = { "wasm-cnn/layers": join(root, "dist/entries/layers.js"), "wasm-cnn": join(root, "dist/index.js") };
const esbuildPath = join(root, "test/bundlers/node_modules/esbuild/lib/main.js");

/** One of the tools for test:e2e, so it need not be there. */
export const hasEsbuild = existsSync(esbuildPath);

/**
 * One file of a bundled page: its name, code and modules (paths below the root), and the names of the files that it loads at once.
 * @typedef {{ name: string, code: string, modules: string[], imports: string[] }} PageFile
 */

const relative = (path) => path.replace(root, "").replaceAll("\\", "/").replace(/^\//, "");

/** @param {string} entry path of the page's script, or with `code` where it would lie @returns {Promise<PageFile[]>} the script first */
export async function bundleWithRolldown(entry, { code, minify = true } = {}) {
  const plugins = code === undefined ? [] : [{ name: "code", load: (id) => (id === entry ? code : null) }];
  if (code !== undefined) plugins.push({ name: "entry", resolveId: (id) => (id === entry ? id : null) });
  const bundled = await rolldown({ input: entry, plugins, platform: "browser", resolve: { alias }, onLog() {} });
  const { output } = await bundled.generate({ format: "esm", minify, comments: false });
  const files = output.map(({ fileName, code, modules, imports, isEntry }) => ({
    ...{ name: fileName, code, imports, isEntry },
    modules: Object.keys(modules ?? {}).map(relative),
  }));
  return files.sort((a, b) => Number(b.isEntry) - Number(a.isEntry));
}

/** The same with `esbuild --splitting`. */
export async function bundleWithEsbuild(entry, { code } = {}) {
  const { build } = await import(pathToFileURL(esbuildPath).href);
  const { outputFiles, metafile } = await build({
    ...(code === undefined ? { entryPoints: [entry] } : { stdin: { contents: code, resolveDir: root } }),
    ...{ bundle: true, splitting: true, format: "esm", minify: true, write: false, metafile: true, alias },
    ...{ absWorkingDir: root, outdir: "out", entryNames: "[name]", chunkNames: "[name]-[hash]", logLevel: "error" },
  });
  const files = Object.entries(metafile.outputs).map(([path, { inputs, imports, entryPoint }], i) => ({
    name: path.replace("out/", ""),
    code: outputFiles[i].text,
    modules: Object.keys(inputs),
    imports: imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path.replace("out/", "")),
    isEntry: code === undefined ? entryPoint === relative(entry) : entryPoint === "<stdin>",
  }));
  return files.sort((a, b) => Number(b.isEntry) - Number(a.isEntry));
}

/** The files that come with the page's script, before anything is run. @param {PageFile[]} files */
export function loadedAtOnce(files) {
  const byName = new Map(files.map((file) => [file.name, file]));
  const loaded = new Set();
  const visit = (name) => {
    const file = byName.get(name);
    if (!file || loaded.has(file)) return;
    loaded.add(file);
    file.imports.forEach(visit);
  };
  visit(files[0].name);
  return [...loaded];
}

/**
 * Runs a page whose script sets `globalThis.run`, on one thread of Node.
 * @param {PageFile[]} files @param {string} folder where they are to lie @param {unknown} argument what `run` is called with
 * @returns {Promise<PageFile[]>} those that have been fetched until the promise of `run` was settled
 */
export async function runPage(files, folder, argument) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  // Each file says so when it is there: after it has been weighed.
  for (const { name, code } of files) {
    await writeFile(join(folder, name), `${code}\n;(globalThis.fetched ??= []).push(${JSON.stringify(name)});`);
  }
  const script = `
    globalThis.navigator ??= { hardwareConcurrency: 1 };
    await import("./${files[0].name}");
    await globalThis.run(${JSON.stringify(argument)});
    // Its channels stay open, as in a page.
    process.stdout.write(JSON.stringify(globalThis.fetched), () => process.exit());`;
  await writeFile(join(folder, "run.mjs"), script);
  const names = JSON.parse(await output(process.execPath, ["run.mjs"], folder));
  return files.filter(({ name }) => names.includes(name));
}

function output(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(text) : reject(new Error(`page: expected it to run, got ${code}`)),
    );
  });
}

/** A file of the README's network, as a `data:` URL. */
async function modelUrl() {
  const { model } = await import("./network.js");
  const bytes = await model.toBytes("keras");
  return `data:application/octet-stream;base64,${Buffer.from(bytes).toString("base64")}`;
}

export const page = (name) => join(root, `test/size/${name}.js`);
/** What the page is given to run. */
export const argumentOf = async (name) => (name === "load" ? await modelUrl() : null);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundlers = { rolldown: bundleWithRolldown, ...(hasEsbuild && { esbuild: bundleWithEsbuild }) };
  for (const [bundler, bundle] of Object.entries(bundlers)) {
    for (const name of ["train", "load"]) {
      const out = join(root, "build/size", bundler, name);
      const fetched = await runPage(await bundle(page(name)), `${out}.run`, await argumentOf(name));
      await rm(`${out}.run`, { recursive: true });
      await rm(out, { recursive: true, force: true });
      await mkdir(out, { recursive: true });
      for (const file of fetched) await writeFile(join(out, file.name), file.code);
    }
  }
}
