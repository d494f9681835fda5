import { instantiateSync } from "@assemblyscript/loader";
import { binary, type Kernels } from "./kernels.generated.js";
import type { WasmMemory, WasmModule } from "./wasmTypes.js";

export type { Kernels };
export type KernelName = keyof Kernels;
/** A kernel as the engine sees it: numbers in, nothing out. */
export type Kernel = (...args: number[]) => void;

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  module ??= new WebAssembly.Module(Uint8Array.from(atob(binary), (character) => character.charCodeAt(0)));
  return module;
}

/** All kernels over one memory; `modules` are further stateless binaries that layers bring in. */
export function instantiateKernels(memory: WasmMemory, modules: Iterable<WasmModule> = []): Record<string, Kernel> {
  const kernels: Record<string, Kernel> = Object.create(null);
  for (const each of [compiled(), ...modules]) {
    // A fresh imports object each time: the loader writes into it.
    const { exports } = instantiateSync(each, { env: { memory } });
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value === "function") kernels[name] = value as Kernel;
    }
  }
  return kernels;
}
