import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The engines of this folder's package.json and where each one's package keeps its binary. */
const binaries = { node22: "bin/node", node24: "bin/node", node26: "bin/node", deno: "deno", bun: "bin/bun" } as const;

export type EngineName = keyof typeof binaries;
export const engineNames = Object.keys(binaries) as EngineName[];

/** What stands before a script on the command line: the path of the engine, and for Deno its permissions. */
export type EngineCommand = readonly [path: string, ...args: string[]];

/**
 * The command of an engine, if `npm ci --prefix test/engines` has installed it; there are binaries for Linux on x64 and arm64.
 * Else undefined, with a warning: tests that need it are to be skipped. With the environment variable WASM_CNN_ENGINES=required
 * that is an error, so that the continuous integration skips nothing.
 */
export function engineCommand(name: EngineName): EngineCommand | undefined {
  const file = `node_modules/${name}-${process.platform}-${process.arch}/${binaries[name]}`;
  const path = fileURLToPath(new URL(file, import.meta.url));
  if (existsSync(path)) return name === "deno" ? [path, "run", "--quiet", "--allow-all"] : [path];
  const message = `${name} is not installed: npm ci --prefix test/engines`;
  if (process.env.WASM_CNN_ENGINES === "required") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return undefined;
}
