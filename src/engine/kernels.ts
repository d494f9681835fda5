import { instantiateSync } from "@assemblyscript/loader";
import { binary, type Kernels } from "./kernels.generated.js";
import type { WasmMemory, WasmModule } from "./wasmTypes.js";

export type { Kernels };
export type KernelName = keyof Kernels;
/** A kernel as the engine sees it: numbers in, nothing out. */
export type Kernel = (...args: number[]) => void;

let module: WasmModule | undefined;
let relaxed: WasmModule | undefined;

function compileBase64(binary: string): WasmModule {
  return new WebAssembly.Module(Uint8Array.from(atob(binary), (character) => character.charCodeAt(0)));
}

/** The kernels whose results have the same bits everywhere. */
export function defaultModule(): WasmModule {
  module ??= compileBase64(binary);
  return module;
}

/**
 * The same kernels with relaxed multiply-add, whose rounding is up to the machine. Imported when first asked for, so that
 * nobody else loads them.
 * @throws what the import or the compiler reports
 */
export async function relaxedModule(): Promise<WasmModule> {
  if (!relaxed) {
    const { binary } = await import("./relaxedKernels.generated.js");
    relaxed ??= compileBase64(binary);
  }
  return relaxed;
}

/** All kernels over one memory: of `defaultModule` or `relaxedModule`, and of further stateless binaries of layers. */
export function instantiateKernels(memory: WasmMemory, modules: Iterable<WasmModule>): Record<string, Kernel> {
  const kernels: Record<string, Kernel> = Object.create(null);
  for (const each of modules) {
    // A fresh imports object each time: the loader writes into it.
    const { exports } = instantiateSync(each, { env: { memory } });
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value === "function") kernels[name] = value as Kernel;
    }
  }
  return kernels;
}
