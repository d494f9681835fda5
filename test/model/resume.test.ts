import { describe, expect, it } from "vitest";
import { modelFromBytes, modelFromSnapshot, RMSprop, Sequential } from "wasm-cnn";
import { smallData, smallLayers, smallModel } from "./small.js";

const { x, y } = smallData(70);
const SETTINGS = { epochs: 4, batchSize: 16 };

/** Optimizer with all slots, so that a slot that is lost shows. */
function model(seed = 1): Sequential {
  const made = new Sequential(smallLayers(), { seed });
  const optimizer = new RMSprop({ momentum: 0.5, centered: true });
  made.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return made;
}

async function uninterrupted() {
  const whole = model();
  const history = await whole.fit(x, y, SETTINGS);
  return { whole, history, print: await whole.fingerprint() };
}

describe("fit({ resumeFrom })", () => {
  it("goes on from any step as if nothing had happened: weights, history, what comes after", async () => {
    const { whole, history, print } = await uninterrupted();
    const files: Uint8Array<ArrayBuffer>[] = [];
    const saved = model();
    await saved.fit(x, y, {
      ...SETTINGS,
      callbacks: {
        onBatchBegin: async (batch) => void (batch === 0 && files.push(await saved.toBytes())),
        onBatchEnd: async () => void files.push(await saved.toBytes()),
        onEpochBegin: async () => void files.push(await saved.toBytes()),
        onEpochEnd: async () => void files.push(await saved.toBytes()),
      },
    });
    expect(await saved.fingerprint()).toBe(print);
    expect(files.length).toBe(4 * 8);
    await whole.fit(x, y, { batchSize: 16 });
    const next = await whole.fingerprint();
    for (const bytes of files) {
      const resumed = model(99);
      const { history: rest, epoch } = await resumed.fit(x, y, { ...SETTINGS, resumeFrom: bytes });
      expect(await resumed.fingerprint()).toBe(print);
      expect(resumed.seed).toBe(1);
      expect(epoch).toEqual(history.epoch.slice(-epoch.length || 4));
      for (const [name, values] of Object.entries(rest)) {
        expect(values).toEqual(history.history[name]!.slice(-values.length));
      }
      await resumed.fit(x, y, { batchSize: 16 });
      expect(await resumed.fingerprint()).toBe(next);
    }
  });

  it("goes on in the same model after an abort, and in a loaded one", async () => {
    const { print } = await uninterrupted();
    const abort = new AbortController();
    const stopped = model();
    let steps = 0;
    const callbacks = { onBatchEnd: () => void (++steps === 8 && abort.abort()) };
    await expect(stopped.fit(x, y, { ...SETTINGS, callbacks, signal: abort.signal })).rejects.toThrow();
    const loaded = await modelFromBytes(await stopped.toBytes());
    const copy = modelFromSnapshot(await stopped.snapshot());
    for (const each of [loaded, copy, stopped]) {
      await each.fit(x, y, { ...SETTINGS, resumeFrom: true });
      expect(await each.fingerprint()).toBe(print);
    }
  });

  it("goes on with more epochs where a training had ended", async () => {
    const { print } = await uninterrupted();
    const first = model();
    await first.fit(x, y, { ...SETTINGS, epochs: 2 });
    const { epoch } = await first.fit(x, y, { ...SETTINGS, resumeFrom: true });
    expect(epoch).toEqual([2, 3]);
    expect(await first.fingerprint()).toBe(print);
  });

  it("refuses what cannot be gone on with, and changes nothing", async () => {
    const middle: Uint8Array<ArrayBuffer>[] = [];
    const saved = model();
    const callbacks = { onBatchEnd: async (batch: number) => void (batch === 1 && middle.push(await saved.toBytes())) };
    await saved.fit(x, y, { epochs: 1, batchSize: 16, callbacks });
    const [resumeFrom] = middle as [Uint8Array<ArrayBuffer>];
    const fresh = model();
    const before = await fresh.fingerprint();
    const refusals: [object, string][] = [
      [{ batchSize: 15, resumeFrom }, "fit.resumeFrom: expected batchSize 16 as before in this epoch, got 15"],
      [{ batchSize: 16, shuffle: false, resumeFrom }, "fit.resumeFrom: expected shuffle true"],
      [{ batchSize: 16, validationSplit: 0.5, resumeFrom }, "fit.resumeFrom: expected samples 70"],
      [{ batchSize: 16, initialEpoch: 0, resumeFrom }, "fit.initialEpoch: expected none with resumeFrom"],
      [{ resumeFrom: true }, "fit.resumeFrom: expected a model that fit has trained"],
      [
        { resumeFrom: resumeFrom.slice(0, 1000) },
        ".keras file: expected a zip archive with a list of its entries, got",
      ],
      [{ resumeFrom: 5 }, "fit.resumeFrom: expected a path, URL, bytes, Blob or Response, got 5"],
      // Node says that there is none, browsers status 404.
      [{ resumeFrom: "no/such.keras" }, "fit.resumeFrom: expected a file that can be read, got "],
      [{ resumeFrom: await smallModel().toBytes() }, "fit.resumeFrom: expected a model that fit has trained"],
    ];
    for (const [options, message] of refusals) {
      await expect(fresh.fit(x, y, options), message).rejects.toThrow(message);
      expect(await fresh.fingerprint()).toBe(before);
    }
    const other = smallModel();
    await expect(other.fit(x, y, { batchSize: 16, resumeFrom })).rejects.toThrow(
      'fit.resumeFrom: expected the slots ["velocity"] of RMSprop, got ["velocity", "momentum", "average_gradient"]',
    );
  });
});
