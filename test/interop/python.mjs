import { spawnSync } from "node:child_process";

/**
 * A Python with these modules: python3, or that of WASM_CNN_PYTHON; for TensorFlow that of WASM_CNN_TENSORFLOW, if it is set.
 * Warns where there is none, or throws if WASM_CNN_INTEROP is "required".
 */
export function findPython(...modules) {
  const { WASM_CNN_PYTHON, WASM_CNN_TENSORFLOW, WASM_CNN_INTEROP } = process.env;
  const general = WASM_CNN_PYTHON ?? "python3";
  const python = modules.includes("tensorflow") ? (WASM_CNN_TENSORFLOW ?? general) : general;
  const isThere = spawnSync(python, ["-c", `import ${modules.join(", ")}`]).status === 0;
  if (!isThere) {
    const message = `interop: expected ${python} with ${modules.join(", ")}, got none; see test/interop/README.md`;
    if (WASM_CNN_INTEROP === "required") throw new Error(message);
    console.warn(`skipped: ${message}`);
  }
  return { python, isThere };
}
