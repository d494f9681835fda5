import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export interface CliOptions {
  /** Environment variables besides those of the test run, without the ones that steer the output. */
  env?: Record<string, string>;
  /** JavaScript that runs in the process before the program. */
  preload?: string;
  /** The engine and its arguments before the program's own. Default: the Node that runs the tests. */
  engine?: readonly [path: string, ...args: string[]];
  /** What the program reads from stdin. Default: nothing. */
  stdin?: Uint8Array;
}

export interface CliResult {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Preload that makes both outputs look like a terminal of 80 columns. */
export const fakeTerminal =
  "for (const s of [process.stdout, process.stderr]) Object.assign(s, { isTTY: true, columns: 80 });";

/** Starts the program. */
export function startCli(
  args: readonly string[],
  { env = {}, preload = "", engine = [process.execPath], stdin }: CliOptions = {},
): ChildProcess {
  const { CI, DEBUG, NO_COLOR, FORCE_COLOR, TERM, ...inherited } = process.env;
  const modules = preload === "" ? [] : ["--import", `data:text/javascript,${encodeURIComponent(preload)}`];
  const [path, ...before] = engine;
  const child = spawn(path, [...before, ...modules, main, ...args], {
    env: { ...inherited, ...env },
    stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"],
  });
  child.stdin?.end(stdin);
  return child;
}

/** Collects what the process prints until it has ended. */
export function finished(child: ChildProcess): Promise<CliResult> {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...output }));
  });
}

/** Runs the program to its end. */
export function runCli(args: readonly string[], options?: CliOptions): Promise<CliResult> {
  return finished(startCli(args, options));
}

/** Waits until the process has printed `text` on the stream. */
export function printed(child: ChildProcess, stream: "stdout" | "stderr", text: string): Promise<void> {
  let seen = "";
  return new Promise((resolve, reject) => {
    child[stream]?.on("data", (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve();
    });
    child.on("close", () => reject(new Error(`expected "${text}" on ${stream}, got ${JSON.stringify(seen)}`)));
  });
}
