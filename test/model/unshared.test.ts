import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { backendInfo, type Sequential } from "wasm-cnn";
import { smallData, smallModel } from "./small.js";

const { x, y } = smallData(200);
/** Where a number of threads that cannot be had is an error. */
const inNode = typeof document === "undefined";
const REFUSAL = "threads: expected memory that can be shared, got no more of it";

const models = new Set<Sequential>();

async function train(model: Sequential, threads: number | "auto") {
  models.add(model);
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  const { history } = await model.fit(x, y, { epochs: 3 });
  const { data } = await model.predict(x);
  return { history, data, logs: await model.evaluate(x, y), fingerprint: await model.fingerprint() };
}

const { Memory } = WebAssembly;
/** What is made of memory. */
let made: WebAssembly.Memory[] = [];
/** Shared memory of more pages than this is refused. */
let mostShared = 0;

beforeEach(() => {
  made = [];
  mostShared = 0;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (descriptor.shared && descriptor.initial > mostShared) throw new RangeError("no more of it");
      super(descriptor);
      made.push(this);
    }
  };
});
afterEach(async () => {
  WebAssembly.Memory = Memory;
  // No test finds the memory of another one's model in the pool.
  for (const model of models) model.dispose();
  models.clear();
  await new Promise((resolve) => setTimeout(resolve, 50));
});

const shared = () => made.map(({ buffer }) => buffer instanceof SharedArrayBuffer);

describe("where memory cannot be shared", () => {
  it.runIf(inNode)("a number of threads is an error in Node, at the first job that needs them", async () => {
    const model = smallModel();
    models.add(model);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 2 });
    const before = await model.snapshot();
    const refused = `${REFUSAL}; compile with threads "auto" or 0 to go on without them`;
    for (let i = 0; i < 2; i++) await expect(model.fit(x, y)).rejects.toThrow(refused);
    await expect(model.predict(x)).rejects.toThrow(refused);
    await model.predict({ data: x.data.subarray(0, 36), shape: [1, 6, 6, 1] });
    expect(await model.snapshot()).toEqual(before);
    expect(model.backendInfo()).toMatchObject({ threads: 0, reason: REFUSAL });
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    await model.fit(x, y);
  });

  it.each(inNode ? (["auto"] as const) : ([2, "auto"] as const))(
    "the calling thread computes the same bits, and says why (threads: %s)",
    async (threads) => {
      const model = smallModel();
      const trained = await train(model, threads);
      expect(shared()).not.toContain(true);
      expect(model.backendInfo()).toMatchObject({ threads: 0, isolated: true, reason: REFUSAL });
      mostShared = Infinity;
      const other = smallModel();
      expect(trained).toEqual(await train(other, 2));
      expect(other.backendInfo()).toMatchObject({ threads: 2, reason: undefined });
    },
  );

  it("backendInfo says so before there is a model", () => {
    expect(backendInfo()).toMatchObject({ simd: true, isolated: true, threads: 0, reason: REFUSAL });
  });

  it("relaxed kernels work too", async () => {
    if (!backendInfo().relaxed) return;
    const model = smallModel();
    models.add(model);
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", relaxed: true });
    await model.fit(x, y);
    expect(shared()).not.toContain(true);
  });

  it("a model without workers has no reason to give", async () => {
    const model = smallModel();
    await train(model, 0);
    expect(model.backendInfo().reason).toBeUndefined();
  });
});

it.skipIf(inNode)("a model whose memory becomes too large to be shared goes on without its workers", async () => {
  mostShared = 1000;
  const [model, alone] = [smallModel(), smallModel()];
  await train(model, 2);
  await train(alone, 0);
  expect(model.backendInfo().threads).toBe(2);
  mostShared = made.at(-1)!.buffer.byteLength / 65536;
  const more = smallData(5000);
  const after = await model.evaluate(more.x, more.y, { batchSize: 5000 });
  expect(shared().at(-1)).toBe(false);
  expect(model.backendInfo()).toMatchObject({ threads: 0, reason: REFUSAL });
  expect(after).toEqual(await alone.evaluate(more.x, more.y, { batchSize: 5000 }));
  await model.fit(x, y);
  await alone.fit(x, y);
  expect(await model.fingerprint()).toBe(await alone.fingerprint());
});
