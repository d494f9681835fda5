import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { engineCommand } from "../engines/engines.js";

const script = fileURLToPath(new URL("manyModels.mjs", import.meta.url));
const node24 = engineCommand("node24");

// What a process has of threads is told by Linux only.
describe.runIf(process.platform === "linux")("models that are dropped without dispose", () => {
  it.each([
    [process.version, [process.execPath]],
    ["Node 24", node24],
  ] as const)("hold little memory and few threads on %s", async (_name, command) => {
    if (!command) return;
    const [path, ...args] = command;
    const { stdout } = await promisify(execFile)(path, [...args, script, "200", "8"]);
    const { mebibytes, threads } = JSON.parse(stdout);
    expect(mebibytes).toBeLessThan(700);
    expect(threads).toBeLessThanOrEqual(20);
  });
});
