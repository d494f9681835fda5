import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import type { Samples } from "wasm-cnn";
import { memoriesOf } from "./memories.js";
import { smallData, smallModel } from "./small.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What the process holds after everything that can be has been freed. */
async function held() {
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate);
    collect();
  }
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return { heapUsed, arrayBuffers, external };
}

describe("memory, as the garbage collector leaves it", () => {
  it("stays constant over 2,000 steps", async () => {
    const model = smallModel();
    const { x, y } = smallData(800);
    const run = async () => {
      // 200 steps an epoch.
      const memories = await memoriesOf(() => model.fit(x, y, { epochs: 10, batchSize: 4 }));
      return { memories, ...(await held()) };
    };
    const rounds = [await run(), await run(), await run(), await run()] as const;
    expect(rounds[0].memories).not.toHaveLength(0);
    const growth = (what: "heapUsed" | "arrayBuffers" | "external") =>
      rounds.slice(1).map((round, i) => round[what] - rounds[i]![what]);
    for (const round of rounds.slice(1)) expect(round.memories).toHaveLength(0);
    // The compiler of the engine, messages and the like come and go; what every step leaves behind is there in every round.
    expect(Math.min(...growth("arrayBuffers"))).toBeLessThanOrEqual(0);
    expect(Math.min(...growth("external"))).toBeLessThanOrEqual(0);
    expect(Math.min(...growth("heapUsed"))).toBeLessThan(50_000);
    model.dispose();
  });

  it("keeps nothing of the caller's", async () => {
    const model = smallModel();
    const use = async () => {
      const { x, y } = smallData(20);
      const nested = [[...Array(6)].map(() => [...Array(6)].map(() => [1]))];
      await model.fit(x, y, { batchSize: 8, validationSplit: 0.2 });
      await model.evaluate(x, y);
      const { data } = await model.predict(x);
      await model.predict(nested as Samples);
      return [x.data, y.data, nested, data].map((array) => new WeakRef(array));
    };
    const refs = await use();
    await held();
    expect(refs.map((ref) => ref.deref())).toEqual([undefined, undefined, undefined, undefined]);
    await model.predict(smallData(1).x);
    model.dispose();
  });

  it("is given back by dispose of the last model", async () => {
    const model = smallModel();
    const { x, y } = smallData(8);
    const train = async () => (await memoriesOf(() => model.fit(x, y))).map((memory) => new WeakRef(memory));
    const refs = await train();
    await held();
    expect(refs.at(-1)!.deref()).toBeDefined();
    model.dispose();
    // Workers, which a slow machine has started, take a moment to end.
    for (let turn = 0; turn < 100 && refs.some((ref) => ref.deref()); turn++) await held();
    expect(refs.map((ref) => ref.deref())).toEqual(refs.map(() => undefined));
  });
});
