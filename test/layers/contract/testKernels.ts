import { kernelPack } from "wasm-cnn";
import type { instantiate } from "../../../build/test.js";
import { readFile } from "../../readFile.js";

type TestKernels = Omit<Awaited<ReturnType<typeof instantiate>>, "memory">;

/** The pack that test-only layers bring in. Made from test/assembly by `npm run build:test`. */
export const testKernels = kernelPack<TestKernels>("test", new Uint8Array(readFile("build/test.wasm")));
