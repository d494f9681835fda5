import { show } from "../../base/check.js";
import { giveModule } from "./kernels.js";
import { kindOf } from "./kinds.js";
import { buildId } from "./packs/build.generated.js";
import type { WasmModule } from "./wasmTypes.js";

/**
 * Takes a module in place of the library's own packs.
 * @throws TypeError if it is no module, RangeError if it is not of this build
 */
export function useModule(value: unknown): void {
  if (kindOf(value) !== "WebAssembly.Module") {
    throw new TypeError(`init.module: expected a WebAssembly.Module, got ${show(value)}`);
  }
  const module = value as WasmModule;
  const [section] = WebAssembly.Module.customSections(module, "wasm-cnn");
  const [build, form] = section ? String.fromCharCode(...new Uint8Array(section)).split(" ") : [];
  if (build !== buildId) {
    throw new RangeError(
      `init.module: expected kernels.wasm or kernels.unshared.wasm of build ${buildId}, got ${build ?? "another module"}`,
    );
  }
  giveModule(module, form === "shared");
}
