import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type EngineCommand, engineCommand, engineNames } from "../engines/engines.js";

async function train([path, ...args]: EngineCommand, name = "trainSmall.mjs"): Promise<unknown> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const { stdout } = await promisify(execFile)(path, [...args, script, "1", "2"]);
  return JSON.parse(stdout);
}

describe.each(engineNames)("on %s", (name) => {
  const engine = engineCommand(name);

  it.runIf(engine)("the same seed gives the bits of the Node that runs the tests", async () => {
    const here = await train([process.execPath]);
    const trained = [expect.stringMatching(/^[0-9a-f]{64}$/), [expect.any(Number), expect.any(Number)]];
    expect(here).toEqual([trained, trained]);
    expect(await train(engine!)).toEqual(here);
    expect(await train(engine!, "trainUnshared.mjs"), "on memory that is not shared").toEqual(here);
  });
});
