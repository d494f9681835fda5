// biome-ignore assist/source/organizeImports: it has to come before the loader.
import { loaderIsThere } from "./textDecoder.js";
import { instantiateSync } from "@assemblyscript/loader";
import type { Kernel } from "./replay.js";
import type { WasmMemory, WasmModule } from "./wasmTypes.js";

loaderIsThere();

/** All kernels of some stateless binaries over one memory. */
export function instantiate(modules: Iterable<WasmModule>, memory: WasmMemory): Record<string, Kernel> {
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
