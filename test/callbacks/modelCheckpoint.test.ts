import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Logs, ModelCheckpoint, modelFromBytes, newestCheckpoint } from "wasm-cnn";
import { smallData, smallModel } from "../model/small.js";

const { x, y } = smallData(64);
const SETTINGS = { epochs: 3, batchSize: 16 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-checkpoints-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => readdirSync(folder).sort();
const name = (iterations: number) => `checkpoint-${String(iterations).padStart(12, "0")}.keras`;

describe("ModelCheckpoint", () => {
  it("saves after every epoch and keeps the newest three", async () => {
    const model = smallModel();
    await model.fit(x, y, { ...SETTINGS, epochs: 5, callbacks: new ModelCheckpoint({ folder: join(folder, "new") }) });
    expect(readdirSync(join(folder, "new")).sort()).toEqual([12, 16, 20].map(name));
    const newest = await newestCheckpoint(join(folder, "new"));
    expect(newest!.name).toBe(name(20));
    expect(await (await modelFromBytes(newest!.bytes as Uint8Array)).fingerprint()).toBe(await model.fingerprint());
  });

  it("saves every few steps", async () => {
    const callbacks = new ModelCheckpoint({ folder, everySteps: 5, keep: 10 });
    await smallModel().fit(x, y, { ...SETTINGS, callbacks });
    expect(files()).toEqual([5, 10].map(name));
  });

  it("changes no bit of the training, and any checkpoint leads to its end", async () => {
    const plain = smallModel();
    await plain.fit(x, y, SETTINGS);
    const print = await plain.fingerprint();
    const model = smallModel();
    await model.fit(x, y, { ...SETTINGS, callbacks: new ModelCheckpoint({ folder, everySteps: 1, keep: 100 }) });
    expect(await model.fingerprint()).toBe(print);
    expect(files().length).toBe(12);
    for (const file of files()) {
      const resumed = smallModel({ seed: 2 });
      await resumed.fit(x, y, { ...SETTINGS, resumeFrom: join(folder, file) });
      expect(await resumed.fingerprint(), file).toBe(print);
    }
  });

  it.each([
    ["min", [1, 2, 0.5], {}, [4, 12]],
    ["max", [1, 2, 0.5], {}, [4, 8]],
    ["min", [1, 2, 0.5], { initialValueThreshold: 0.75 }, [12]],
    ["max", [1, 2, 0.5], { initialValueThreshold: 1 }, [8]],
  ] as const)("with bestOnly and mode %s saves only what is better than before", async (mode, values, more, saved) => {
    const checkpoint = new ModelCheckpoint({ folder, bestOnly: true, monitor: "score", mode, keep: 10, ...more });
    const callbacks = {
      setModel: checkpoint.setModel.bind(checkpoint),
      onTrainBegin: () => checkpoint.onTrainBegin(),
      onEpochEnd: (epoch: number, logs: Logs) => checkpoint.onEpochEnd(epoch, { ...logs, score: values[epoch]! }),
    };
    await smallModel().fit(x, y, { ...SETTINGS, callbacks });
    expect(files()).toEqual(saved.map(name));
  });

  it.each([
    ["val_auc", [4, 8]],
    ["val_accuracy", [4, 8]],
    ["val_mae", [4, 12]],
    [undefined, [4, 12]],
  ] as const)("with bestOnly knows which way %s is better", async (monitor, saved) => {
    const checkpoint = new ModelCheckpoint({ folder, bestOnly: true, monitor, keep: 10 });
    const values = [1, 2, 0.5];
    const callbacks = {
      setModel: checkpoint.setModel.bind(checkpoint),
      onTrainBegin: () => checkpoint.onTrainBegin(),
      onEpochEnd: (epoch: number, logs: Logs) =>
        checkpoint.onEpochEnd(epoch, { ...logs, [monitor ?? "val_loss"]: values[epoch]! }),
    };
    await smallModel().fit(x, y, { ...SETTINGS, callbacks });
    expect(files()).toEqual(saved.map(name));
  });

  it("refuses a value that is not in the logs, and wrong options", async () => {
    const callbacks = new ModelCheckpoint({ folder, bestOnly: true, monitor: "val_loss" });
    await expect(smallModel().fit(x, y, { ...SETTINGS, callbacks })).rejects.toThrow(
      'ModelCheckpoint.monitor: expected one of accuracy, loss, got "val_loss"',
    );
    for (const options of [
      {},
      { folder: 1 },
      { folder, every: 1 },
      { folder, keep: 0 },
      { folder, mode: "less" },
      { folder, bestOnly: true, monitor: "score" },
      { folder, initialValueThreshold: "0" },
    ]) {
      expect(() => new ModelCheckpoint(options as never), JSON.stringify(options)).toThrow(/^ModelCheckpoint/);
    }
  });

  it("passes over damaged checkpoints, be they cut off or wrong by a bit", async () => {
    await smallModel().fit(x, y, { ...SETTINGS, callbacks: new ModelCheckpoint({ folder }) });
    truncateSync(join(folder, name(12)), 2_000);
    const bytes = readFileSync(join(folder, name(8)));
    bytes[Math.floor(bytes.length / 2)]! ^= 1;
    writeFileSync(join(folder, name(8)), bytes);
    const damaged: string[] = [];
    const found = await newestCheckpoint(folder, {
      onDamaged: (file, { message }) => damaged.push(`${file}: ${message}`),
    });
    expect(found!.name).toBe(name(4));
    expect(damaged).toEqual([
      expect.stringMatching(/12\.keras: \.keras file: expected a zip archive/),
      expect.stringMatching(/8\.keras: \.keras file: expected .*undamaged/),
    ]);
    truncateSync(join(folder, name(4)), 0);
    await expect(newestCheckpoint(folder)).rejects.toThrow(
      "newestCheckpoint: expected a checkpoint that can be read in",
    );
    expect(await newestCheckpoint(join(folder, "none"))).toBeUndefined();
  });

  it("clears away what was not written to its end", async () => {
    writeFileSync(join(folder, `${name(1)}.1-0.unfinished`), "half");
    writeFileSync(join(folder, "other.unfinished"), "not ours");
    await smallModel().fit(x, y, { ...SETTINGS, epochs: 1, callbacks: new ModelCheckpoint({ folder }) });
    expect(files()).toEqual([name(4), "other.unfinished"]);
  });

  it("where it cannot write it ends the training or, if asked, lets it go on; what was there stays", async () => {
    await smallModel().fit(x, y, { ...SETTINGS, epochs: 1, callbacks: new ModelCheckpoint({ folder }) });
    const before = readFileSync(join(folder, name(4)));
    // A folder of the checkpoint's name: even root cannot rename a file over it.
    mkdirSync(join(folder, name(8)));
    const settings = { ...SETTINGS, resumeFrom: join(folder, name(4)) };
    const stop = smallModel().fit(x, y, { ...settings, callbacks: new ModelCheckpoint({ folder }) });
    await expect(stop).rejects.toThrow("ModelCheckpoint: expected a place that can be written, got a folder at ");
    expect(readFileSync(join(folder, name(4)))).toEqual(before);
    const errors: string[] = [];
    const onError = ({ message }: Error) => void errors.push(message);
    await smallModel().fit(x, y, { ...settings, callbacks: new ModelCheckpoint({ folder, onError }) });
    expect(errors).toEqual([expect.stringContaining("a folder at")]);
    expect(readFileSync(join(folder, name(4)))).toEqual(before);
    expect(files()).toEqual([4, 8, 12].map(name));
  });

  it.skipIf(process.platform !== "linux")("finds out before the first step that it cannot write", async () => {
    writeFileSync(join(folder, "file"), "");
    // No files can be made in /proc/self, not even by root.
    for (const place of [join(folder, "file"), "/proc/self"]) {
      const model = smallModel();
      const before = await model.fingerprint();
      const callbacks = new ModelCheckpoint({ folder: place });
      await expect(model.fit(x, y, { ...SETTINGS, callbacks })).rejects.toThrow(
        /^ModelCheckpoint\.folder: expected a (folder|place) that can be written, got (E|no such file)/,
      );
      expect(await model.fingerprint()).toBe(before);
      const errors: Error[] = [];
      const onError = (error: Error) => void errors.push(error);
      await model.fit(x, y, { ...SETTINGS, epochs: 1, callbacks: new ModelCheckpoint({ folder: place, onError }) });
      expect(errors[0]!.message).toMatch(/^ModelCheckpoint\.folder: /);
    }
  });
});
