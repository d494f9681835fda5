import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BackupAndRestore,
  type Callback,
  CSVLogger,
  EarlyStopping,
  LearningRateScheduler,
  type Logs,
  ModelCheckpoint,
  ReduceLROnPlateau,
  TerminateOnNaN,
} from "wasm-cnn";
import { smallData, smallModel } from "../model/small.js";
import { loadVectors } from "../vectors/load.js";

const { x, y } = smallData(48);
const SETTINGS = { epochs: 8, batchSize: 16, validationSplit: 0.25 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-callbacks-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** All that have a state, so set that each has something to do. */
function watchers(): Callback[] {
  return [
    new LearningRateScheduler((epoch, rate) => (epoch < 4 ? rate * 0.9 : rate)),
    new ReduceLROnPlateau({ monitor: "loss", patience: 1, minDelta: 0.2, factor: 0.5 }),
    new EarlyStopping({ patience: 2, minDelta: 0.01, restoreBestWeights: true }),
  ];
}

describe("a training with callbacks that is interrupted", () => {
  it("at any step goes on as if nothing had happened", async () => {
    const plain = smallModel();
    const { history, epoch } = await plain.fit(x, y, { ...SETTINGS, callbacks: watchers() });
    const print = await plain.fingerprint();
    expect(epoch.length).toBeGreaterThan(3);
    expect(epoch.length).toBeLessThan(8);
    const saved = smallModel();
    // Given first, and still the last to be called: it holds the states of the others.
    const checkpoint = new ModelCheckpoint({ folder, everySteps: 1, keep: 100 });
    await saved.fit(x, y, { ...SETTINGS, callbacks: [checkpoint, ...watchers()] });
    expect(await saved.fingerprint()).toBe(print);
    const files = readdirSync(folder).sort();
    expect(files.length).toBe(3 * epoch.length);
    for (const file of files) {
      const resumed = smallModel({ seed: 2 });
      const rest = await resumed.fit(x, y, { ...SETTINGS, callbacks: watchers(), resumeFrom: join(folder, file) });
      expect(await resumed.fingerprint(), file).toBe(print);
      const left = history.loss!.slice(history.loss!.length - rest.epoch.length);
      expect(rest.history.loss, file).toEqual(left);
    }
  });

  it("after an epoch likewise", async () => {
    const plain = smallModel();
    const { epoch } = await plain.fit(x, y, { ...SETTINGS, callbacks: watchers() });
    const checkpoint = new ModelCheckpoint({ folder, keep: 100 });
    await smallModel().fit(x, y, { ...SETTINGS, callbacks: [checkpoint, ...watchers()] });
    const files = readdirSync(folder).sort();
    expect(files.length).toBe(epoch.length);
    for (const file of files.slice(0, -1)) {
      const resumed = smallModel({ seed: 2 });
      await resumed.fit(x, y, { ...SETTINGS, callbacks: watchers(), resumeFrom: join(folder, file) });
      expect(await resumed.fingerprint(), file).toBe(await plain.fingerprint());
    }
  });

  it("goes on by BackupAndRestore in the same program, which then takes its backups away", async () => {
    const plain = smallModel();
    await plain.fit(x, y, SETTINGS);
    for (const saveFreq of ["epoch", 2] as const) {
      const run = async (stop: number) => {
        const model = smallModel();
        let steps = 0;
        const crash: Callback = {
          onBatchEnd() {
            if (++steps === stop) throw new Error("crash");
          },
        };
        const backup = new BackupAndRestore({ folder, saveFreq });
        await model.fit(x, y, { ...SETTINGS, callbacks: [backup, crash] });
        return { steps, print: await model.fingerprint() };
      };
      await expect(run(8)).rejects.toThrow("crash");
      expect(readdirSync(folder).length).toBeGreaterThan(0);
      const { steps, print } = await run(1000);
      expect(steps).toBe(24 - 6);
      expect(print).toBe(await plain.fingerprint());
      expect(readdirSync(folder)).toEqual([]);
    }
    expect(() => new BackupAndRestore({ folder, saveFreq: "batch" as "epoch" })).toThrow("BackupAndRestore.saveFreq");
    expect(() => new BackupAndRestore({} as never)).toThrow("BackupAndRestore.folder: expected a folder");
  });
});

describe("CSVLogger", () => {
  const numbers = (logs: Readonly<Record<string, number | "nan" | "inf">>) =>
    Object.fromEntries(
      Object.entries(logs).map(([name, value]) => [
        name,
        value === "nan" ? Number.NaN : value === "inf" ? Infinity : value,
      ]),
    ) as unknown as Logs;

  it.each(loadVectors("csvLogger").map((each) => [`${each.name} ${each.separator}`, each] as const))(
    "writes the bytes that Keras writes: %s",
    async (_, { separator, logs, texts }) => {
      const filename = join(folder, "log.csv");
      for (const [i, append] of [false, true, false].entries()) {
        const callback = new CSVLogger({ filename, separator, append });
        callback.onTrainBegin();
        for (const [epoch, each] of logs.entries()) await callback.onEpochEnd(epoch, numbers(each));
        expect(readFileSync(filename, "utf8")).toBe(texts[i]);
      }
    },
  );

  it("goes on in the same file when training does, and refuses wrong options", async () => {
    const filename = join(folder, "log.csv");
    const [whole, parts] = [smallModel(), smallModel()];
    await whole.fit(x, y, { epochs: 3, callbacks: new CSVLogger({ filename }) });
    const text = readFileSync(filename, "utf8");
    writeFileSync(filename, "what is replaced");
    await parts.fit(x, y, { epochs: 1, callbacks: new CSVLogger({ filename }) });
    await parts.fit(x, y, { epochs: 3, callbacks: new CSVLogger({ filename }), resumeFrom: true });
    expect(readFileSync(filename, "utf8")).toBe(text);
    for (const options of [{}, { filename: "" }, { filename, separator: ";;" }, { filename, append: 1 }]) {
      expect(() => new CSVLogger(options as never)).toThrow(/^CSVLogger/);
    }
  });
});

describe("LearningRateScheduler and TerminateOnNaN", () => {
  it("sets what its function gives, and logs it", async () => {
    const model = smallModel();
    const seen: number[][] = [];
    const schedule = (epoch: number, rate: number) => {
      seen.push([epoch, rate]);
      return rate / 2;
    };
    const callbacks = new LearningRateScheduler(schedule);
    const { history } = await model.fit(x, y, { epochs: 3, callbacks });
    const rates = [0.001, 0.0005, 0.00025, 0.000125].map(Math.fround);
    expect(seen).toEqual(rates.slice(0, 3).map((rate, epoch) => [epoch, rate]));
    expect(history.learning_rate).toEqual(rates.slice(1));
    const wrong = new LearningRateScheduler(() => "0.1" as never);
    await expect(model.fit(x, y, { callbacks: wrong })).rejects.toThrow(
      "LearningRateScheduler: schedule(0): expected a number",
    );
    expect(() => new LearningRateScheduler(0.1 as never)).toThrow(
      "LearningRateScheduler: expected a function, got 0.1",
    );
  });

  it("ends training at a loss that is not finite", () => {
    const callback = new TerminateOnNaN();
    const model = { stopTraining: false };
    callback.setModel(model as never);
    callback.onBatchEnd(0, { loss: 1 });
    expect(model.stopTraining).toBe(false);
    callback.onBatchEnd(1, { loss: Number.NaN });
    expect(model.stopTraining).toBe(true);
  });
});
