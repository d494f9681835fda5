import { binary, type Kernels } from "./kernels.generated.js";
import type { WasmModule } from "./wasmTypes.js";

export type { Kernels };
export type KernelName = keyof Kernels;

let module: WebAssembly.Module | undefined;

/** The compiled kernels, the same for all models of a process. */
export function kernelModule(): WasmModule {
  module ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (character) => character.charCodeAt(0)));
  return module;
}
