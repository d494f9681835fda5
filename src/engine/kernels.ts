import { binary, type Kernels } from "./kernels.generated.js";
import type { WasmModule } from "./wasmTypes.js";

export type { Kernels };
export type KernelName = keyof Kernels;

let module: WasmModule | undefined;
let relaxed: WasmModule | undefined;

function compileBase64(binary: string): WasmModule {
  return new WebAssembly.Module(Uint8Array.from(atob(binary), (character) => character.charCodeAt(0)));
}

/** The kernels whose results have the same bits everywhere; compiled once for all models of a process. */
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
