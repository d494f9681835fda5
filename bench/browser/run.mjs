// The bench shares TypeScript with the tests, so Vite loads it: tsc compiles what is in bench/ alone.
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

await runnerImport(fileURLToPath(new URL("index.ts", import.meta.url)), { configFile: false });
