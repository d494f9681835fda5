import { readFileSync } from "node:fs";
import { availableParallelism, freemem, totalmem } from "node:os";
import { instantiateSync } from "@assemblyscript/loader";
import { hasRelaxedSimd, hasSimd } from "../engine/features.js";
import { autoThreads } from "../engine/threads/threads.js";
import { findTurbo } from "../platform/nodeTurbo.js";
import type { Turbo } from "../platform/turbo.js";
import { packageVersion } from "./packageVersion.js";

/** What this machine and JavaScript engine offer. Memory in bytes. */
export interface Info {
  wasmCnn: string;
  runtime: string;
  engine: string;
  platform: string;
  simd: boolean;
  /** How many there are, as found in the binary that holds all packs, compiled here; 0 where that is not possible. */
  kernels: number;
  relaxedSimd: boolean;
  turbo: Turbo;
  cores: number;
  sharedArrayBuffer: boolean;
  /** Worker threads that `--threads auto` starts. */
  threads: number;
  memory: { total: number; free: number; wasmMaximum: number };
}

// 65,536 pages of 64 KiB: all that 32-bit WebAssembly can address.
const wasmMaximum = 2 ** 32;

function collectInfo(): Info {
  const { bun, deno, node, v8, webkit } = process.versions;
  const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
  return {
    wasmCnn: packageVersion(),
    runtime,
    engine: bun ? `JavaScriptCore ${webkit}` : `V8 ${v8}`,
    platform: `${process.platform} ${process.arch}`,
    simd: hasSimd(),
    kernels: countKernels(),
    relaxedSimd: hasRelaxedSimd(),
    turbo: findTurbo(),
    cores: availableParallelism(),
    sharedArrayBuffer: typeof SharedArrayBuffer === "function",
    threads: autoThreads(),
    memory: { total: totalmem(), free: freemem(), wasmMaximum },
  };
}

function countKernels(): number {
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const { instance } = instantiateSync(readFileSync(new URL("../kernels.wasm", import.meta.url)), {
      env: { memory },
    });
    return Object.values(instance.exports).filter((value) => typeof value === "function").length;
  } catch {
    return 0;
  }
}

/** `wasm-cnn info`: shows what this machine offers. */
export function info(options: { json?: boolean }): void {
  const found = collectInfo();
  process.stdout.write(`${options.json ? JSON.stringify(found) : describe(found)}\n`);
}

function describe(found: Info): string {
  const yesNo = (value: boolean) => (value ? "yes" : "no");
  const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const rows: [string, string][] = [
    ["wasm-cnn", found.wasmCnn],
    ["Engine", `${found.runtime} (${found.engine}), ${found.platform}`],
    ["SIMD", found.simd ? "yes" : "no: the kernels need it, so nothing can be trained here"],
    ["Kernels", found.kernels > 0 ? `${found.kernels}, compiled here without fault` : "they do not compile here"],
    ["Relaxed SIMD", found.relaxedSimd ? "yes, only used with --relaxed: its results differ between machines" : "no"],
    ["Turbo", found.turbo.available ? `yes, with --turbo: ${found.turbo.note}` : `no: ${found.turbo.note}`],
    ["Cores", String(found.cores)],
    ["SharedArrayBuffer", yesNo(found.sharedArrayBuffer)],
    ["Training", found.threads > 0 ? `on ${found.threads} worker threads` : "on the calling thread: there is one core"],
    ["Memory", `${gigabytes(found.memory.total)}, ${gigabytes(found.memory.free)} free`],
    ["WebAssembly memory", `at most ${gigabytes(found.memory.wasmMaximum)} a model, set aside when the model needs it`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, text]) => name.padEnd(width) + text).join("\n");
}
