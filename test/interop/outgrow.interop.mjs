import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const python = process.env.WASM_CNN_TENSORFLOW ?? process.env.WASM_CNN_PYTHON ?? "python3";
const { status } = spawnSync(python, ["-c", "import keras, tensorflow"]);
if (status !== 0) {
  const wanted = `${python} with keras and tensorflow (another one: WASM_CNN_TENSORFLOW)`;
  if (process.env.WASM_CNN_INTEROP === "required") throw new Error(`interop: expected ${wanted}, got none`);
  console.warn(`skipped: no ${wanted}`);
}

describe.skipIf(status !== 0)("a model that has outgrown one machine", () => {
  it("is carried on by two workers of Keras, comes back better, and learns on here", () => {
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const args = ["examples/outgrow/outgrow.mjs", "--python", python, "--images", "3200", "--epochs", "2"];
    const output = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 400_000 });
    const [begun, carried, after] = [...output.matchAll(/test accuracy ([\d.]+) %/g)].map(([, value]) => Number(value));
    const losses = [...output.matchAll(/2 workers, epoch \d\/2: loss ([\d.]+)/g)].map(([, value]) => Number(value));
    console.log(output);
    expect(losses.length).toBe(2);
    expect(losses[1]).toBeLessThan(losses[0]);
    expect(carried).toBeGreaterThan(begun);
    expect(after).toBeGreaterThan(begun);
  }, 420_000);
});
