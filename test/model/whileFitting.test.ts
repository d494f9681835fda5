import { describe, expect, it } from "vitest";
import { layers, type Sequential } from "wasm-cnn";
import { nextTask } from "#platform";
import { slice, slowClock, smallData, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(200);
const options = { epochs: 2, batchSize: 32 };

/** Runs fit, and `disturb` again and again until it is done. */
async function fitDisturbed(model: Sequential, disturb: () => unknown): Promise<number> {
  slowClock();
  let fitting = true;
  let times = 0;
  const fit = model.fit(x, y, options).finally(() => {
    fitting = false;
  });
  while (fitting) {
    await disturb();
    await nextTask();
    times++;
  }
  await fit;
  return times;
}

describe("while fit runs", () => {
  it.each<[string, (model: Sequential) => unknown]>([
    ["predict", (model) => model.predict(x, { batchSize: 50 })],
    ["predict, more at a time than ever before", (model) => model.predict(smallData(1500).x, { batchSize: 1500 })],
    ["predict on bytes", (model) => model.predict({ data: new Uint8Array(72), shape: [2, 6, 6, 1] })],
    ["activations", (model) => model.activations(x, { batchSize: 50 })],
    ["activations of a layer", (model) => model.activations(x, { layers: [model.layers[1]!.name], batchSize: 7 })],
    ["evaluate", (model) => model.evaluate(x, y, { batchSize: 3 })],
    ["getWeights", (model) => model.getWeights()],
    ["fingerprint", (model) => model.fingerprint()],
    ["summary", (model) => model.summary({ print: () => undefined })],
  ])("%s changes no bit of it", async (_name, disturb) => {
    const [model, alone] = [smallModel(), smallModel()];
    expect(await fitDisturbed(model, () => disturb(model))).toBeGreaterThan(1);
    await alone.fit(x, y, options);
    expect(await model.fingerprint()).toBe(await alone.fingerprint());
  });

  it("a prediction sees the weights of one completed step, however many batches it has", async () => {
    const known = new Set<string>();
    const textOf = async (model: Sequential) => String((await model.predict(x)).data);
    const stepwise = smallModel();
    known.add(await textOf(stepwise));
    const onBatchEnd = async () => void known.add(await textOf(stepwise));
    await stepwise.fit(x, y, { ...options, callbacks: { onBatchEnd } });

    const model = smallModel();
    const seen = new Set<string>();
    await fitDisturbed(model, async () => seen.add(String((await model.predict(x, { batchSize: 1 })).data)));
    expect(seen.size).toBeGreaterThan(1);
    for (const text of seen) expect(known).toContain(text);
  });

  it("so do activations", async () => {
    const known = new Set<string>();
    const textOf = async (model: Sequential, batchSize: number) =>
      String(Object.values(await model.activations(x, { batchSize })).map(({ data }) => data));
    const stepwise = smallModel();
    known.add(await textOf(stepwise, 200));
    const onBatchEnd = async () => void known.add(await textOf(stepwise, 200));
    await stepwise.fit(x, y, { ...options, epochs: 1, callbacks: { onBatchEnd } });

    const model = smallModel();
    const seen = new Set<string>();
    slowClock();
    let fitting = true;
    const fit = model.fit(x, y, { ...options, epochs: 1 }).finally(() => {
      fitting = false;
    });
    while (fitting) seen.add(await textOf(model, 30));
    await fit;
    expect(seen.size).toBeGreaterThan(1);
    for (const text of seen) expect(known).toContain(text);
  });

  it("so do getWeights and fingerprint", async () => {
    const known = new Set<string>();
    const stepwise = smallModel();
    known.add(String(weightsOf(stepwise)));
    await stepwise.fit(x, y, {
      ...options,
      callbacks: { onBatchEnd: () => void known.add(String(weightsOf(stepwise))) },
    });
    const model = smallModel();
    await fitDisturbed(model, () => expect(known).toContain(String(weightsOf(model))));
  });

  it("what would disturb it is refused, and nothing has changed", async () => {
    const [model, alone] = [smallModel(), smallModel()];
    const message = (where: string) => new Error(`${where}: expected no training under way, got a call while fit runs`);
    const refused = async () => {
      await expect(model.fit(x, y)).rejects.toThrow(message("fit"));
      await expect(model.trainOnBatch(x, y)).rejects.toThrow(message("trainOnBatch"));
      expect(() => model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" })).toThrow(
        message("compile"),
      );
      expect(() => model.add(layers.flatten())).toThrow(message("add"));
    };
    const fit = model.fit(x, y, { ...options, callbacks: { onEpochBegin: refused, onBatchEnd: refused } });
    await refused();
    await fit;
    await alone.fit(x, y, options);
    expect(await model.fingerprint()).toBe(await alone.fingerprint());
  });

  it("setWeights is refused too, but in callbacks", async () => {
    const model = smallModel();
    const setWeights = () => model.setWeights(weightsOf(model));
    const attempts: string[] = [];
    const attempt = () => {
      try {
        setWeights();
        attempts.push("allowed");
      } catch (error) {
        attempts.push((error as Error).message);
      }
    };
    const onBatchEnd = (batch: number) => {
      if (batch === 0) void nextTask().then(attempt);
      setWeights();
    };
    slowClock();
    const fit = model.fit(x, y, { batchSize: 100, callbacks: { onBatchEnd } });
    attempt();
    await fit;
    const refused = "setWeights: expected no training under way, got a call while fit runs";
    expect(attempts).toEqual([refused, refused]);
  });

  it("a prediction that has begun keeps its weights when others are set", async () => {
    slowClock();
    const [model, before, after] = [smallModel(), smallModel(), smallModel({ seed: 2 })];
    const others = weightsOf(after);
    const first = model.predict(x, { batchSize: 50 });
    model.setWeights(others);
    expect(weightsOf(model)).toEqual(weightsOf(after));
    const second = model.predict(x, { batchSize: 50 });
    for (let turn = 0; turn < 10; turn++) await nextTask();
    model.setWeights(weightsOf(before));
    expect(weightsOf(model)).toEqual(weightsOf(before));
    others[0]!.fill(0);
    expect(await first).toEqual(await before.predict(x));
    expect(await second).toEqual(await after.predict(x));
    expect(await model.predict(x)).toEqual(await before.predict(x));

    let outside: Promise<unknown> | undefined;
    const onBatchEnd = () => {
      outside ??= model.predict(x);
      model.setWeights(weightsOf(before));
    };
    await model.fit(x, y, { ...options, callbacks: { onBatchEnd } });
    await outside;
    expect(weightsOf(model)).toEqual(weightsOf(before));
  });

  it("all is allowed again once it is over, whatever its end", async () => {
    const model = smallModel();
    await model.fit(x, y);
    await expect(model.fit(x, y, { signal: AbortSignal.abort() })).rejects.toThrow();
    await model.trainOnBatch(x, y);
    model.setWeights(weightsOf(model));
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
    model.dispose();
  });

  it("trainOnBatch counts as training under way", async () => {
    const model = smallModel();
    const step = model.trainOnBatch(x, y);
    await expect(model.trainOnBatch(x, y)).rejects.toThrow("trainOnBatch: expected no training under way");
    await step;
    await model.trainOnBatch(slice(x, 0, 3), slice(y, 0, 3));
  });

  it("the event loop keeps turning", async () => {
    const model = smallModel();
    const abort = new AbortController();
    let turns = 0;
    const turn = () => {
      if (++turns === 20) abort.abort("20 turns");
      else setTimeout(turn);
    };
    setTimeout(turn);
    await expect(model.fit(x, y, { epochs: 1_000_000_000, signal: abort.signal })).rejects.toBe("20 turns");

    const large = smallData(20_000);
    turns = 0;
    const counting = setInterval(() => turns++);
    await model.predict(large.x, { batchSize: 20_000 });
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
  });
});
