import { show } from "../../base/check.js";
import { type Kernel, KernelPack } from "./kernels.js";
import { isUint8Array, kindOf } from "./kinds.js";
import type { WasmModule } from "./wasmTypes.js";

const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
const IMPORTS = 2;
const MEMORY = 2;

/**
 * Kernels of your own for layers of your own: a WebAssembly binary that imports its memory as `env.memory` and nothing else, and
 * has no state (no globals, data or start function).
 * @param name by which errors name it
 * @param source its bytes, compiled against a shared memory (AssemblyScript: `--importMemory --sharedMemory --maximumMemory 65536`);
 *   or a compiled module, which works only where memory can be shared
 * @throws TypeError for another kind of value, RangeError for a binary with other imports
 */
export function kernelPack<K = Record<string, Kernel>>(name: string, source: Uint8Array | WasmModule): KernelPack<K> {
  if (isUint8Array(source)) return new KernelPack<K>(name, sharedFlag(name, source), source);
  if (kindOf(source) !== "WebAssembly.Module") {
    throw new TypeError(`kernelPack: expected the bytes of a binary or a WebAssembly.Module, got ${show(source)}`);
  }
  const imports = WebAssembly.Module.imports(source).map(({ module, name }) => `${module}.${name}`);
  if (imports.join() !== "env.memory") refuse(name, imports.join(", ") || "no imports");
  return new KernelPack<K>(name, 0, source);
}

function refuse(name: string, got: string): never {
  throw new RangeError(
    `kernelPack: expected ${show(name)} to import a shared memory as env.memory and nothing else, got ${got}`,
  );
}

/** Where a binary says of the memory that it imports that it is shared. See chapter 5 of WebAssembly's core specification. */
function sharedFlag(name: string, bytes: Uint8Array): number {
  if (HEADER.some((byte, i) => bytes[i] !== byte)) refuse(name, "another kind of file");
  let at = HEADER.length;
  const number = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? refuse(name, "a binary that ends too soon");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  const text = () => {
    const length = number();
    at += length;
    return String.fromCharCode(...bytes.subarray(at - length, at));
  };
  while (at < bytes.length) {
    const section = number();
    const size = number();
    if (section !== IMPORTS) {
      at += size;
      continue;
    }
    const count = number();
    const first = `${text()}.${text()}`;
    const kind = bytes[at++];
    if (count !== 1 || first !== "env.memory" || kind !== MEMORY) refuse(name, `${count} imports, first ${first}`);
    if (bytes[at] !== 3) refuse(name, "memory that is not shared");
    return at;
  }
  return refuse(name, "no imports");
}
