import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { enableRelaxedSimd } from "../enableRelaxedSimd.js";

describe.runIf(enableRelaxedSimd())("a model compiled with relaxed: true", () => {
  it("changes nothing and calls no callback if its kernels cannot be imported", async () => {
    const script = fileURLToPath(new URL("failingImport.mjs", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const messages = Array.from({ length: 4 }, () => "offline");
    expect(JSON.parse(stdout)).toEqual({ messages, called: [], same: true });
  });
});
