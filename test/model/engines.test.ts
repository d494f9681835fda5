import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type EngineCommand, engineCommand, engineNames } from "../engines/engines.js";

const script = fileURLToPath(new URL("trainSmall.mjs", import.meta.url));

async function train([path, ...args]: EngineCommand): Promise<unknown> {
  const { stdout } = await promisify(execFile)(path, [...args, script, "1", "2"]);
  return JSON.parse(stdout);
}

describe("the same seed gives the same bits", () => {
  it.each(engineNames.map((name) => ({ name, engine: engineCommand(name) })).filter(({ engine }) => engine))(
    "on $name as on the Node that runs the tests",
    async ({ engine }) => {
      const here = await train([process.execPath]);
      expect(here).toEqual([
        [expect.stringMatching(/^[0-9a-f]{64}$/), [expect.any(Number), expect.any(Number)]],
        [expect.any(String), [expect.any(Number), expect.any(Number)]],
      ]);
      expect(await train(engine!)).toEqual(here);
    },
  );
});
