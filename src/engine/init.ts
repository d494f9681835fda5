import { chooseWorker } from "#platform";
import { checkOptions, show } from "../base/check.js";
import type { WorkerOption } from "../platform/thread.js";
import { useModule } from "./kernels/givenModule.js";
import { isUrl } from "./kernels/kinds.js";
import type { WasmModule } from "./kernels/wasmTypes.js";

/** Options of `init`. */
export interface InitOptions {
  /**
   * `wasm-cnn/kernels.wasm`, compiled; for hosts that forbid compiling bytes at run time. Where memory cannot be shared with
   * workers it has to be `wasm-cnn/kernels.unshared.wasm`. Default: the binary that is part of the library.
   */
  module?: WasmModule | undefined;
  /**
   * Address of `wasm-cnn/worker.js`, or what starts a `Worker` from it; for where the library cannot find that file
   * by itself. Others are tried if it does not answer. Default: the file beside the library, then the text that is part of
   * it (in browsers as a blob). In Node an address is a URL, or a path as `Worker` takes it.
   */
  worker?: WorkerOption | undefined;
}

/**
 * Says where the library finds its parts, for models made from then on; without a call it finds them itself.
 * @throws TypeError, RangeError for options that are none, and a module that is of another build: nothing has changed then
 */
export function init(options: InitOptions): void {
  checkOptions("init", options, ["module", "worker"]);
  const { module, worker } = options;
  if (worker !== undefined && typeof worker !== "string" && typeof worker !== "function" && !isUrl(worker)) {
    throw new TypeError(`init.worker: expected an address or a function, got ${show(worker)}`);
  }
  if (module !== undefined) useModule(module);
  if (worker !== undefined) chooseWorker(worker);
}
