import { readFileSync } from "node:fs";
import { instantiateSync } from "@assemblyscript/loader";

export type Kernel = (...args: number[]) => number;

/** Kernels over a memory of their own, and buffers in it. */
export class Arena {
  readonly memory = new WebAssembly.Memory({ initial: 4096, maximum: 4096, shared: true });
  readonly kernels: Record<string, Kernel>;
  #top = 1024;
  #random = 1;

  /** @param binary name of a file in build/ */
  constructor(binary: string) {
    const bytes = readFileSync(new URL(`../${binary}.wasm`, import.meta.url));
    this.kernels = instantiateSync(bytes, { env: { memory: this.memory } }).exports as unknown as Record<
      string,
      Kernel
    >;
  }

  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /** Room for `count` numbers, zeros. */
  zeros(count: number): number {
    const address = this.#top;
    this.#top += Math.ceil((count * 4 + 64) / 64) * 64;
    return address;
  }

  /** Numbers in [-0.5, 0.5), of which a share `kept` is not zero. */
  random(count: number, kept = 1): number {
    const address = this.zeros(count);
    const view = this.floats(address, count);
    for (let i = 0; i < count; i++) view[i] = this.#next() < kept ? this.#next() - 0.5 : 0;
    return address;
  }

  #next(): number {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0;
    return this.#random / 2 ** 32;
  }

  reset(): void {
    this.#top = 1024;
  }
}
