import { dirname, join } from "node:path/posix";
import { build, type Plugin } from "vite";
import { IMPORTS, root } from "../e2e/site.js";

/** Modules that have a twin for pages. */
const TWINS = ["test/readFile.ts", "test/mnist.ts", "test/enableRelaxedSimd.ts"];

/** The package stays as it ships: no module is bundled, whether it is asked for by name or as a file. Twins take their places. */
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

/** Bundles these spec files into a folder at their own paths, and `runSpec.js`, which runs them. */
export async function bundle(specs: readonly string[], folder: string): Promise<void> {
  const inputs = specs.map((spec) => [spec.replace(/\.ts$/, ""), join(root, spec)]);
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [resolution],
    build: {
      outDir: folder,
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
}
