import { describe, expect, it } from "vitest";
import { type Callback, layers, optimizers, Sequential, SwapEMAWeights } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { smallData, smallModel } from "../model/small.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";

const { x, y } = smallData(30);

function averaged(seed = 1): Sequential {
  const model = smallModel({ seed });
  const optimizer = new optimizers.Adam({ learningRate: 0.01, useEma: true, emaMomentum: 0.8 });
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

describe("SwapEMAWeights", () => {
  it.each(loadVectors("swapEMAWeights"))("does what Keras' does: $name", async (vectors) => {
    const { swapOnEpoch, overwrite, x, y, kernel, losses, valLosses, seen, after } = vectors;
    const model = new Sequential([layers.dense({ units: 2, useBias: false, inputShape: [3] })]);
    model.setWeights([Float32Array.from(kernel.data)]);
    const optimizer = new optimizers.SGD({
      learningRate: 0.1,
      useEma: true,
      emaMomentum: 0.8,
      emaOverwriteFrequency: overwrite,
    });
    model.compile({ optimizer, loss: "mse" });
    const kernels: Float32Array[] = [];
    const look: Callback = { onEpochEnd: () => void kernels.push(model.getWeights()[0]!.data) };
    const swap = new SwapEMAWeights({ swapOnEpoch });
    const data = [x, y].map(({ data, shape }) => ({ data: Float32Array.from(data), shape: [...shape] }));
    const [xs, ys] = data as [(typeof data)[0], (typeof data)[0]];
    const options = { epochs: 3, batchSize: 4, shuffle: false, validationData: [xs, ys] as const };
    const { history } = await model.fit(xs, ys, { ...options, callbacks: [swap, look] });
    expectClose(history.loss!, losses, tolerances.optimizer, "loss");
    expectClose(history.val_loss!, valLosses, tolerances.optimizer, "val_loss");
    for (const [i, each] of kernels.entries()) expectClose(each, seen[i]!.data, tolerances.optimizer, `epoch ${i}`);
    expectClose(model.getWeights()[0]!.data, after.data, tolerances.optimizer, "after");
  });

  it("leaves the averages in the weights where training stops early", async () => {
    const stop = (model: Sequential): Callback => ({
      onEpochEnd: (epoch) => {
        if (epoch === 1) model.stopTraining = true;
      },
    });
    const [plain, swapped] = [averaged(), averaged()];
    await plain.fit(x, y, { epochs: 5, callbacks: stop(plain) });
    await swapped.fit(x, y, { epochs: 5, callbacks: [new SwapEMAWeights({ swapOnEpoch: true }), stop(swapped)] });
    expect(await swapped.fingerprint()).toBe(await plain.fingerprint());
  });

  it("is without effect before the first step, and goes on from the averages in the next fit as Keras does", async () => {
    const model = averaged();
    const callbacks = new SwapEMAWeights({ swapOnEpoch: true });
    expect(await model.evaluate(x, y, { callbacks })).toEqual(await model.evaluate(x, y));
    const plain = averaged();
    for (const each of [model, plain]) {
      await each.fit(x, y, each === model ? { epochs: 2, callbacks } : { epochs: 2 });
      await each.fit(x, y, { epochs: 1 });
    }
    expect(await model.fingerprint()).not.toBe(await averaged().fingerprint());
  });

  it("shows the averages while it evaluates and predicts in a callback, and puts the weights back", async () => {
    const model = averaged();
    const seen: string[] = [];
    const during: string[] = [];
    const look: Callback = { onTestBatchEnd: async () => void during.push(await model.fingerprint()) };
    let evaluated: unknown;
    await model.fit(x, y, {
      epochs: 2,
      callbacks: {
        onEpochEnd: async () => {
          seen.push(await model.fingerprint());
          evaluated = await model.evaluate(x, y, { callbacks: [new SwapEMAWeights(), look] });
          seen.push(await model.fingerprint());
        },
      },
    });
    expect(seen[1]).toBe(seen[0]);
    expect(seen[3]).toBe(seen[2]);
    // The end of training leaves the averages in the weights.
    expect(await model.fingerprint()).toBe(during.at(-1));
    expect(during.at(-1)).not.toBe(seen[3]);
    expect(await model.evaluate(x, y)).toEqual(evaluated);
    expect((await model.predict(x)).data.length).toBe(90);
  });

  it("lets a training go on at any step, from checkpoints that hold the averages as weights too", async () => {
    for (const swapOnEpoch of [false, true]) {
      const settings = { epochs: 3, batchSize: 10, validationData: [x, y] as const };
      const whole = averaged();
      const { history } = await whole.fit(x, y, { ...settings, callbacks: new SwapEMAWeights({ swapOnEpoch }) });
      const files: Uint8Array<ArrayBuffer>[] = [];
      const saved = averaged();
      const save = async () => void files.push(await saved.toBytes());
      const saver: Callback = { savesTraining: true, onBatchEnd: save, onEpochEnd: save };
      await saved.fit(x, y, { ...settings, callbacks: [new SwapEMAWeights({ swapOnEpoch }), saver] });
      expect(files.length).toBe(12);
      for (const resumeFrom of files.slice(0, -1)) {
        const resumed = averaged(9);
        const callbacks = new SwapEMAWeights({ swapOnEpoch });
        const rest = (await resumed.fit(x, y, { ...settings, callbacks, resumeFrom })).history;
        expect(await resumed.fingerprint()).toBe(await whole.fingerprint());
        for (const [name, values] of Object.entries(rest)) {
          expect(values).toEqual(history[name]!.slice(-values.length));
        }
      }
    }
  });

  it("puts the weights back where a call fails, and refuses optimizers without averages", async () => {
    const model = averaged();
    const fail: Callback = {
      onTestBatchEnd: () => {
        throw new Error("enough");
      },
    };
    let last = "";
    const look: Callback = {
      onBatchEnd: async () => {
        last = await model.fingerprint();
      },
    };
    const options = { validationData: [x, y] as const, callbacks: [new SwapEMAWeights(), look, fail] };
    await expect(model.fit(x, y, options)).rejects.toThrow("enough");
    await model.evaluate(x, y);
    expect(await model.fingerprint()).toBe(last);
    const plain = smallModel();
    await expect(plain.fit(x, y, { callbacks: new SwapEMAWeights() })).rejects.toThrow(
      "swapAverages: expected an optimizer with useEma, got RMSprop without",
    );
    expect(() => new SwapEMAWeights({ swapOnEpoch: 1 as never })).toThrow("SwapEMAWeights.swapOnEpoch: expected true");
    expect(() => new SwapEMAWeights({ swap: true } as never)).toThrow('got "swap"');
  });
});
