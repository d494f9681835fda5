import type { Kernel } from "./kernels.js";
import type { WasmMemory, WasmModule } from "./wasmTypes.js";

/**
 * All kernels of some stateless binaries over one memory. Numbers in, nothing out: so WebAssembly's own interface is all that is
 * needed here, and a page does not pay for the compiler's loader, which knows strings and arrays.
 * @throws Error if two of them export one name
 */
export function instantiate(modules: Iterable<WasmModule>, memory: WasmMemory): Record<string, Kernel> {
  const kernels: Record<string, Kernel> = Object.create(null);
  for (const each of modules) {
    const { exports } = new WebAssembly.Instance(each, { env: { memory: memory as WebAssembly.Memory } });
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value !== "function") continue;
      if (kernels[name]) throw new Error(`kernels: expected each name in one pack, got "${name}" in two`);
      kernels[name] = value as Kernel;
    }
  }
  return kernels;
}
