// Puts parts of the library into single files, minified: the script of web workers, as a file and as text.

import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** One file's worth of code, with nothing to import. */
async function bundle(input, { alias, format }) {
  const bundled = await rolldown({
    input: here(input),
    platform: "browser",
    resolve: { alias, extensionAlias: { ".js": [".ts", ".js"] } },
  });
  const { output } = await bundled.generate({ format, minify: true, codeSplitting: false, comments: false });
  return output[0].code;
}

async function worker() {
  const code = await bundle("engine/worker.ts", {
    alias: { "#platform": here("platform/webPort.ts") },
    format: "iife",
  });
  mkdirSync(here("../build"), { recursive: true });
  writeFileSync(here("../build/worker.js"), code);
  writeFileSync(
    here("platform/workerSource.generated.ts"),
    `// Made by src/bundle.mjs. Do not edit.

/** The script of web workers. */
export const source: string = ${JSON.stringify(code)};
`,
  );
}

await worker();
