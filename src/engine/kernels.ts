import { show } from "./check.js";
import { binary, buildId, type Kernels, sharedFlag } from "./kernels.generated.js";
import { type Bytes, kindOf } from "./kinds.js";
import type { WasmModule } from "./wasmTypes.js";

export type { Kernels };
export type KernelName = keyof Kernels;

/** A binary of the kernels, compiled for memory that is shared with workers, or for memory that is not. */
export interface KernelBinary {
  /** @throws what the compiler reports */
  module(shared: boolean): WasmModule;
}

/** The bytes of a text that `encode` of assembly/embed.mjs has made. */
export function decodeBinary(text: string): Bytes {
  const bytes: number[] = [];
  let high = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = code - (code < 92 ? 35 : 36);
    if (digit < 88) bytes.push((high + digit - 5) & 255);
    high = digit < 88 ? 0 : 88 * (digit - 87);
  }
  return new Uint8Array(bytes);
}

/** A binary that is part of the library; each form is compiled once for all models of a process. */
class EmbeddedBinary implements KernelBinary {
  readonly #compiled = new Map<boolean, WasmModule>();

  constructor(
    readonly text: string,
    readonly sharedFlag: number,
  ) {}

  module(shared: boolean): WasmModule {
    let module = this.#compiled.get(shared);
    if (!module) {
      const bytes = decodeBinary(this.text);
      // Nothing else tells the two forms apart, as kernels use no atomics.
      if (!shared) bytes[this.sharedFlag] = 1;
      module = new WebAssembly.Module(bytes);
      this.#compiled.set(shared, module);
    }
    return module;
  }
}

/** A module that the user has compiled from one of the package's files. */
class GivenBinary implements KernelBinary {
  constructor(
    readonly given: WasmModule,
    readonly shared: boolean,
  ) {}

  module(shared: boolean): WasmModule {
    if (shared === this.shared) return this.given;
    const [wanted, got] = shared ? ["", ".unshared"] : [".unshared", ""];
    throw new Error(`init.module: expected kernels${wanted}.wasm for memory as it is here, got kernels${got}.wasm`);
  }
}

let standard: KernelBinary = new EmbeddedBinary(binary, sharedFlag);
let relaxed: KernelBinary | undefined;

/** The kernels whose results have the same bits everywhere. */
export function defaultKernels(): KernelBinary {
  return standard;
}

/**
 * Takes a module in place of the library's own binary.
 * @throws TypeError if it is no module, RangeError if it is not of this build
 */
export function useModule(given: unknown): void {
  if (kindOf(given) !== "WebAssembly.Module") {
    throw new TypeError(`init.module: expected a WebAssembly.Module, got ${show(given)}`);
  }
  const module = given as WasmModule;
  const [section] = WebAssembly.Module.customSections(module, "wasm-cnn");
  const [build, form] = section ? String.fromCharCode(...new Uint8Array(section)).split(" ") : [];
  if (build !== buildId) {
    throw new RangeError(
      `init.module: expected kernels.wasm or kernels.unshared.wasm of build ${buildId}, got ${build ?? "another module"}`,
    );
  }
  standard = new GivenBinary(module, form === "shared");
}

/**
 * The same kernels with relaxed multiply-add, whose rounding is up to the machine. Imported when first asked for, so that
 * nobody else loads them.
 * @throws what the import reports
 */
export async function relaxedKernels(): Promise<KernelBinary> {
  if (!relaxed) {
    const { binary, sharedFlag } = await import("./relaxedKernels.generated.js");
    relaxed ??= new EmbeddedBinary(binary, sharedFlag);
  }
  return relaxed;
}
