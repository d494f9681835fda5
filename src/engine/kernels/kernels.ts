import { show } from "../../base/check.js";
import type { Bytes } from "./kinds.js";
import type { WasmModule } from "./wasmTypes.js";

/** A kernel as the engine sees it: numbers in, nothing out. */
export type Kernel = (...args: number[]) => void;

/** The bytes of a text that `encode` of assembly/build.mjs has made. */
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

let compiled = false;

/** Whether kernels have been compiled in this process. */
export function hasCompiled(): boolean {
  return compiled;
}

/** The packs with relaxed multiply-add, once someone has asked for them. */
let relaxedPacks: typeof import("./packs/relaxed.generated.js")["relaxed"] | undefined;

type Source = string | Uint8Array | WasmModule;

/**
 * Some kernels in a stateless binary of their own, whose memory is imported. A program names the packs that it calls; each form of
 * a pack is compiled once in a process. `K` are its kernels: numbers in, nothing out, pointers as byte addresses.
 */
export class KernelPack<K = Record<string, Kernel>> {
  /** Of the type alone. */
  declare readonly kernels: K;
  readonly #sharedFlag: number;
  #source: Source | (() => Promise<string>);
  readonly #compiled = new Map<string, WasmModule>();

  /**
   * @param sharedFlag which byte of the binary says of the memory it imports that it is shared (3; not shared: 1)
   * @param source the binary as text (see `decodeBinary`), or what imports that; as bytes, or compiled for memory that is shared
   */
  constructor(
    readonly name: string,
    sharedFlag: number,
    source: Source | (() => Promise<string>),
  ) {
    this.#sharedFlag = sharedFlag;
    this.#source = source;
  }

  /** Whether it is part of the library, and so of `init({ module })`. */
  get isOurs(): boolean {
    return ["string", "function"].includes(typeof this.#source);
  }

  /** Brings the binary in, if it is not there yet. @throws what the import reports */
  async load(): Promise<void> {
    if (typeof this.#source === "function") this.#source = await this.#source();
  }

  /** Takes the binary as text, for what cannot wait until it is imported. */
  take(text: string): this {
    if (typeof this.#source === "function") this.#source = text;
    return this;
  }

  /**
   * The binary compiled for memory that is shared with workers, or for memory that is not.
   * @throws what the compiler reports; Error for a module of the user's and memory that is not shared
   */
  module(shared: boolean, relaxed: boolean): WasmModule {
    const source = this.#source as Source;
    const other = relaxed ? relaxedPacks?.[this.name] : undefined;
    const key = `${shared} ${other !== undefined}`;
    let module = this.#compiled.get(key);
    if (module) return module;
    if (typeof source !== "string" && !ArrayBuffer.isView(source)) {
      if (shared) return source;
      throw new Error(
        `kernelPack: expected the bytes of ${show(this.name)}, as memory cannot be shared here, got a compiled module`,
      );
    }
    const [flag, text] = this.isOurs && other ? other : [this.#sharedFlag, source];
    const bytes = typeof text === "string" ? decodeBinary(text) : Uint8Array.from(text as Uint8Array);
    // Nothing else tells the two forms apart, as kernels use no atomics.
    if (!shared) bytes[flag] = 1;
    module = new WebAssembly.Module(bytes);
    compiled = true;
    this.#compiled.set(key, module);
    return module;
  }
}

/** Resolves when all of these can be compiled. @throws what an import reports */
export async function loadPacks(packs: Iterable<KernelPack<unknown>>): Promise<void> {
  for (const pack of packs) await pack.load();
}

/**
 * Loads the packs with relaxed multiply-add, whose rounding is up to the machine. Imported when first asked for, so that nobody
 * else loads them.
 * @throws what the import reports
 */
export async function loadRelaxedPacks(): Promise<void> {
  relaxedPacks ??= (await import("./packs/relaxed.generated.js")).relaxed;
}

/** A module that the user has compiled from one of the package's files, in place of all packs of the library. */
let given: { readonly module: WasmModule; readonly shared: boolean } | undefined;

/** Takes a module in place of the library's own packs. @param shared whether it is for memory that is shared */
export function giveModule(module: WasmModule, shared: boolean): void {
  given = { module, shared };
}

/** The binaries that hold these packs. @throws Error if the module given to `init` is for memory of the other kind */
export function modulesOf(packs: Iterable<KernelPack<unknown>>, shared: boolean, relaxed: boolean): WasmModule[] {
  const modules = (some: KernelPack<unknown>[]) => some.map((pack) => pack.module(shared, relaxed));
  const all = [...packs];
  if (!given || relaxed) return modules(all);
  if (shared !== given.shared) {
    const [wanted, got] = shared ? ["", ".unshared"] : [".unshared", ""];
    throw new Error(`init.module: expected kernels${wanted}.wasm for memory as it is here, got kernels${got}.wasm`);
  }
  return [given.module, ...modules(all.filter((pack) => !pack.isOurs))];
}
