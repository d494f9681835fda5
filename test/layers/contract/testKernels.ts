import type { instantiate } from "../../../build/test.js";
import { readFile } from "../../readFile.js";

type TestKernels = Omit<Awaited<ReturnType<typeof instantiate>>, "memory">;

declare module "../../../dist/engine/kernels.generated.js" {
  /** The kernels of test/assembly, as the compiler describes them. */
  interface Kernels extends TestKernels {}
}

/** The binary that test-only layers bring in. Made from test/assembly by `npm run build:test`. */
export const testKernels = new WebAssembly.Module(new Uint8Array(readFile("build/test.wasm")));
