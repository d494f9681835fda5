// biome-ignore assist/source/organizeImports: it has to come before the loader.
import { loaderIsThere } from "./textDecoder.js";
import { instantiateSync } from "@assemblyscript/loader";
import type { Kernel } from "./kernels.js";
import type { WasmMemory, WasmModule } from "./wasmTypes.js";

loaderIsThere();

/** All kernels of some stateless binaries over one memory. @throws Error if two of them export one name */
export function instantiate(modules: Iterable<WasmModule>, memory: WasmMemory): Record<string, Kernel> {
  const kernels: Record<string, Kernel> = Object.create(null);
  for (const each of modules) {
    // A fresh imports object each time: the loader writes into it.
    const { exports } = instantiateSync(each, { env: { memory } });
    for (const [name, value] of Object.entries(exports)) {
      // The loader adds helpers of its own: `__new` and the like.
      if (typeof value !== "function" || name.startsWith("__")) continue;
      if (kernels[name]) throw new Error(`kernels: expected each name in one pack, got "${name}" in two`);
      kernels[name] = value as Kernel;
    }
  }
  return kernels;
}
