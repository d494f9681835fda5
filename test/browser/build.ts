import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { build, type Plugin } from "vite";
import { root } from "./specs.js";

/** Modules that have a twin for pages. */
const TWINS = ["test/readFile.ts", "test/mnist.ts", "test/enableRelaxedSimd.ts"];

/** The package as it ships: not bundled again, and the same modules whether by its name or by their files. */
const IMPORTS: Record<string, string> = {
  "wasm-cnn": "/dist/index.js",
  "#platform": "/dist/platform/browser.js",
  "@assemblyscript/loader": "/node_modules/@assemblyscript/loader/index.js",
};

/** Sees to it that modules of the package stay files of their own, and that twins take the places of Node's modules. */
const resolution: Plugin = {
  name: "specs",
  enforce: "pre",
  resolveId(source, importer) {
    if (source in IMPORTS) return { id: source, external: true };
    if (source === "vitest") return join(root, "test/browser/vitest.ts");
    if (!importer || !source.startsWith(".")) return undefined;
    const path = join(dirname(importer), source).slice(root.length);
    if (path.startsWith("dist/")) return { id: `/${path}`, external: "absolute" };
    const twin = TWINS.find((file) => file === path.replace(/\.js$/, ".ts"));
    return twin && join(root, "test/browser", twin.slice("test/".length));
  },
};

/** Makes a page in `folder` that can run these spec files, each from the address that `specUrl` gives. */
export async function buildPage(folder: string, specs: readonly string[]): Promise<void> {
  const inputs = specs.map((spec) => [spec.replace(/\.ts$/, ""), join(root, spec)]);
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [resolution],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: "es2022",
      minify: false,
      modulePreload: false,
      rollupOptions: {
        input: { runSpec: join(root, "test/browser/runSpec.ts"), ...Object.fromEntries(inputs) },
        output: { entryFileNames: "[name].js" },
        preserveEntrySignatures: "strict",
      },
    },
  });
  const importMap = JSON.stringify({ imports: IMPORTS });
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html>
<meta charset="utf-8">
<title>specs</title>
<script type="importmap">${importMap}</script>
<script type="module" src="runSpec.js"></script>
`,
  );
}

export function specUrl(spec: string): string {
  return `/specs/${spec.replace(/\.ts$/, ".js")}`;
}
