import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type ModelSnapshot, Sequential } from "wasm-cnn";
import { nextTask } from "#platform";
import { slowClock, smallData, smallLayers } from "./small.js";

const { x, y } = smallData(40);
const SETTINGS = { epochs: 2, batchSize: 16 };
/** In an epoch. */
const STEPS = 3;

function model(threads: number): Sequential {
  const made = new Sequential(smallLayers(), { seed: 1 });
  made.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  return made;
}

/** The steps done, and those that the place in the training speaks of. */
function steps({ progress, compiled }: ModelSnapshot): number[] {
  const { fit } = progress!;
  return [progress!.iterations, compiled!.state!.iterations, fit ? fit.epoch * STEPS + fit.step : 0];
}

/** Until the end of the test no kernel seems to take time: nothing gives way, and promises alone decide what comes before what. */
function stillClock(): void {
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
}

describe("the steps done and the place in the epoch", () => {
  it("agree wherever an abort falls; hooks have heard of each step, and the training goes on as if nothing had happened", async () => {
    const whole = model(0);
    await whole.fit(x, y, SETTINGS);
    const print = await whole.fingerprint();
    stillClock();
    const counts = new Set<number>();
    for (let turns = 0; counts.size <= 2 * STEPS; turns++) {
      const aborted = model(0);
      const abort = new AbortController();
      const later = async () => {
        for (let turn = 0; turn < turns; turn++) await undefined;
        abort.abort();
      };
      let heard = 0;
      const callbacks = { onTrainBegin: () => void later(), onBatchEnd: () => void heard++ };
      await aborted.fit(x, y, { ...SETTINGS, callbacks, signal: abort.signal }).catch(() => undefined);
      const [done, since, place] = steps(await aborted.snapshot());
      expect([since, place, heard], `after ${turns} turns`).toEqual([done, done, done]);
      counts.add(done!);
      if (done! > 0) {
        await aborted.fit(x, y, { ...SETTINGS, resumeFrom: true });
        expect(await aborted.fingerprint(), `after ${turns} turns`).toBe(print);
      }
      aborted.dispose();
    }
    expect([...counts]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each([0, 2])("agree in a snapshot that is asked for while a step is under way, %i threads", async (threads) => {
    slowClock();
    const fitted = model(threads);
    const snapshots: Promise<ModelSnapshot>[] = [];
    const onBatchBegin = () => void nextTask().then(() => snapshots.push(fitted.snapshot()));
    const onBatchEnd = nextTask;
    await fitted.fit(x, y, { ...SETTINGS, callbacks: { onBatchBegin, onBatchEnd } });
    expect(snapshots.length).toBe(2 * STEPS);
    for (const snapshot of await Promise.all(snapshots)) {
      const [done, since, place] = steps(snapshot);
      expect([since, place]).toEqual([done, done]);
    }
    fitted.dispose();
  });
});
