import { describe, expect, it } from "vitest";
import { type ModelSnapshot, modelFromSnapshot } from "wasm-cnn";
import { progressJson, readProgress } from "../../dist/files/progress.js";
import { smallData, smallModel } from "../model/small.js";

const { x, y } = smallData(70);
const SETTINGS = { epochs: 2, batchSize: 16 };

/** What version 0.1 wrote of this place: the sums of the loss and of the metrics alone, without how many each has. */
function asBefore(progress: NonNullable<ModelSnapshot["progress"]>) {
  const { sums, ...fit } = progress.fit!;
  return { ...progressJson(progress), version: 1, fit: { ...fit, sums: sums.slice(2).filter((_, i) => i % 2 === 1) } };
}

describe("where a training is, in a file", () => {
  it("is read as it was written", async () => {
    const model = smallModel();
    await model.fit(x, y, { ...SETTINGS, epochs: 1 });
    const { progress } = await model.snapshot();
    expect(readProgress("file", progressJson(progress!))).toEqual(progress);
  });

  it("is understood in the form of version 0.1 at any step, and leads to the same end", async () => {
    const whole = smallModel();
    const snapshots: ModelSnapshot[] = [];
    const take = async () => void snapshots.push(await whole.snapshot());
    const { history } = await whole.fit(x, y, { ...SETTINGS, callbacks: { onEpochBegin: take, onBatchEnd: take } });
    expect(snapshots.length).toBe(2 * 6);
    for (const snapshot of snapshots) {
      const progress = readProgress("file", asBefore(snapshot.progress!));
      expect(progress).toEqual(snapshot.progress);
      const resumed = modelFromSnapshot({ ...snapshot, progress });
      const { history: rest } = await resumed.fit(x, y, { ...SETTINGS, resumeFrom: true });
      expect(rest.loss).toEqual(history.loss!.slice(-rest.loss!.length));
      expect(rest.accuracy).toEqual(history.accuracy!.slice(-rest.accuracy!.length));
      expect(await resumed.fingerprint()).toBe(await whole.fingerprint());
    }
  });

  it("of a version to come is refused", () => {
    expect(() => readProgress("file", { version: 3 })).toThrow(new Error("file: expected version 1 or 2, got 3"));
  });
});
