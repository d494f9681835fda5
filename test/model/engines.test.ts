import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type EngineCommand, engineCommand, engineNames } from "../engines/engines.js";

async function train([path, ...args]: EngineCommand, seeds: readonly number[], name = "trainSmall.mjs") {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const { stdout } = await promisify(execFile)(path, [...args, script, ...seeds.map(String)]);
  return JSON.parse(stdout) as unknown[];
}

describe("in processes of their own", () => {
  it("the same seed gives the same bits, also beside another model", async () => {
    const here: EngineCommand = [process.execPath];
    const seeds = [[1], [1], [2], [1, 2]];
    const [one, again, other, both] = await Promise.all(seeds.map((some) => train(here, some)));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(both).toEqual([...one!, ...other!]);
  });
});

describe.each(engineNames)("on %s", (name) => {
  const engine = engineCommand(name);

  it.runIf(engine)("the same seed gives the bits of the Node that runs the tests", async () => {
    const here = await train([process.execPath], [1, 2]);
    const trained = [expect.stringMatching(/^[0-9a-f]{64}$/), [expect.any(Number), expect.any(Number)]];
    expect(here).toEqual([trained, trained]);
    expect(await train(engine!, [1, 2])).toEqual(here);
    expect(await train(engine!, [1, 2], "trainUnshared.mjs"), "on memory that is not shared").toEqual(here);
  });
});
