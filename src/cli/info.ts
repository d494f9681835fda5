import { availableParallelism, freemem, totalmem } from "node:os";
import { packageVersion } from "./packageVersion.js";

/** What this machine and JavaScript engine offer. Memory in bytes. */
export interface Info {
  wasmCnn: string;
  runtime: string;
  engine: string;
  platform: string;
  simd: boolean;
  relaxedSimd: boolean;
  cores: number;
  sharedArrayBuffer: boolean;
  /** Threads that compute while training. */
  threads: number;
  memory: { total: number; free: number; wasmMaximum: number };
}

// (module (func (result v128) i32.const 0 i8x16.splat i8x16.popcnt))
const simdModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

// (module (func (result v128) i32.const 1 i8x16.splat i32.const 2 i8x16.splat i8x16.relaxed_swizzle))
const relaxedSimdModule = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
];

// 65,536 pages of 64 KiB: all that 32-bit WebAssembly can address.
const wasmMaximum = 2 ** 32;

export function collectInfo(): Info {
  const { bun, deno, node, v8, webkit } = process.versions;
  const runtime = bun ? `Bun ${bun}` : deno ? `Deno ${deno}` : `Node ${node}`;
  return {
    wasmCnn: packageVersion(),
    runtime,
    engine: bun ? `JavaScriptCore ${webkit}` : `V8 ${v8}`,
    platform: `${process.platform} ${process.arch}`,
    simd: WebAssembly.validate(new Uint8Array(simdModule)),
    relaxedSimd: WebAssembly.validate(new Uint8Array(relaxedSimdModule)),
    cores: availableParallelism(),
    sharedArrayBuffer: typeof SharedArrayBuffer === "function",
    threads: 1,
    memory: { total: totalmem(), free: freemem(), wasmMaximum },
  };
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
    ["Relaxed SIMD", `${yesNo(found.relaxedSimd)} (not used: its results differ between machines)`],
    ["Cores", String(found.cores)],
    ["SharedArrayBuffer", yesNo(found.sharedArrayBuffer)],
    ["Training", "on 1 thread, the calling one, in this version"],
    ["Memory", `${gigabytes(found.memory.total)}, ${gigabytes(found.memory.free)} free`],
    ["WebAssembly memory", `at most ${gigabytes(found.memory.wasmMaximum)} a model, set aside when the model needs it`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, text]) => name.padEnd(width) + text).join("\n");
}
