import { kernelPack } from "wasm-cnn";

const url = new URL("../build/kernels.wasm", import.meta.url);

async function read() {
  if (url.protocol === "file:") return (await import("node:fs/promises")).readFile(url);
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/**
 * The kernels of `assembly/`. Pointers are addresses in the model's memory: where a kernel has one, a layer gives a region.
 * @type {import("wasm-cnn").KernelPack<typeof import("../build/kernels.js")>}
 */
export const kernels = kernelPack("own-kernel", await read());
