import { chooseWorker, findTurbo, TURBO_IS_SURE } from "#platform";
import { checkBoolean, checkOptions, show } from "../base/check.js";
import type { WorkerOption } from "../platform/thread.js";
import { useModule } from "./kernels/givenModule.js";
import { hasCompiled } from "./kernels/kernels.js";
import { isUrl } from "./kernels/kinds.js";
import type { WasmModule } from "./kernels/wasmTypes.js";
import { isTurbo, turnOnTurbo } from "./turbo.js";

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
  /**
   * True: V8 makes 256-bit vectors of pairs of 128-bit ones, in this process and its worker threads. An experimental flag of V8
   * (`--experimental-wasm-revectorize`): the same bits, faster products. Node 24 or newer on x64; browsers have no such flag, there it
   * changes nothing and `backendInfo().turboReason` says why. To be called before any model computes; it cannot be turned off.
   * Default false.
   */
  turbo?: boolean | undefined;
}

/**
 * Says where the library finds its parts and how the engine compiles them, for models made from then on; without a call it finds
 * them itself.
 * @throws TypeError, RangeError for options that are none, and a module that is of another build; Error for `turbo` where the engine is
 * no Node that has it, and after kernels have been compiled: nothing has changed then
 */
export function init(options: InitOptions): void {
  checkOptions("init", options, ["module", "worker", "turbo"]);
  const { module, worker, turbo = false } = options;
  if (worker !== undefined && typeof worker !== "string" && typeof worker !== "function" && !isUrl(worker)) {
    throw new TypeError(`init.worker: expected an address or a function, got ${show(worker)}`);
  }
  if (checkBoolean("init.turbo", turbo)) checkTurbo();
  if (module !== undefined) useModule(module);
  if (turbo) turnOnTurbo();
  if (worker !== undefined) chooseWorker(worker);
}

function checkTurbo(): void {
  const { available, note } = findTurbo();
  if (!available && TURBO_IS_SURE) {
    throw new Error(`init.turbo: expected an engine that has 256-bit vectors, got one without: ${note}`);
  }
  if (available && !isTurbo() && hasCompiled()) {
    throw new Error("init.turbo: expected a call before any model computes, got one after kernels were compiled");
  }
}
