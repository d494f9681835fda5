import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findPython } from "./python.mjs";

const { python, isThere } = findPython("keras", "tensorflow");

describe.skipIf(!isThere)("a model that has outgrown one machine", () => {
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
