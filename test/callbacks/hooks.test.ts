import { describe, expect, it } from "vitest";
import type { Callback } from "wasm-cnn";
import { smallData, smallModel, weightsOf } from "../model/small.js";

const { x, y } = smallData(40);

class Logger {
  readonly heard: string[] = [];

  onEpochEnd(epoch: number) {
    return this.heard.push(`epoch ${epoch}`);
  }
}

describe("hooks", () => {
  it("may be methods of a class, and of the class that it extends, and return what they like", async () => {
    class Louder extends Logger {
      onTrainEnd = () => this.heard.push("end");
    }
    const callbacks = new Louder();
    await smallModel().fit(x, y, { callbacks });
    expect(callbacks.heard).toEqual(["epoch 0", "end"]);
  });

  it("of batches may have Keras' longer names, with this and all arguments", async () => {
    class Batches {
      readonly heard: unknown[] = [];
      onTrainBatchBegin(batch: number) {
        this.heard.push(batch);
      }
      onTrainBatchEnd(batch: number, logs: object) {
        this.heard.push([batch, ...Object.keys(logs)]);
      }
    }
    const callbacks = new Batches();
    await smallModel().fit(x, y, { batchSize: 20, callbacks });
    expect(callbacks.heard).toEqual([0, [0, "accuracy", "loss"], 1, [1, "accuracy", "loss"]]);
  });

  class Misspelt extends Logger {
    onEpochEnded() {}
  }
  class Python extends Logger {
    on_epoch_end() {}
  }
  class Inherited extends Misspelt {}
  const known = [
    ...[
      "setModel",
      "setParams",
      "onTrainBegin",
      "onTrainEnd",
      "onEpochBegin",
      "onEpochEnd",
      "onBatchBegin",
      "onBatchEnd",
    ],
    ...["Train", "Test", "Predict"].flatMap((what) => [`on${what}BatchBegin`, `on${what}BatchEnd`]),
    ...["onTestBegin", "onTestEnd", "onPredictBegin", "onPredictEnd", "onFailure"],
  ]
    .map((name) => `"${name}"`)
    .join(" or ");
  it.each([
    [new Misspelt(), `expected ${known}, got "onEpochEnded"`],
    [new Inherited(), `expected ${known}, got "onEpochEnded"`],
    [{ onEpochEnded() {} }, `expected ${known}, got "onEpochEnded"`],
    [{ onYield() {} }, `expected ${known}, got "onYield"`],
    [{ on_test_begin() {} }, 'expected onTestBegin, got "on_test_begin"'],
    [new Python(), 'expected onEpochEnd, got "on_epoch_end"'],
    [{ on_train_batch_end() {} }, 'expected onTrainBatchEnd, got "on_train_batch_end"'],
    [{ set_model() {} }, 'expected setModel, got "set_model"'],
    [{ onepochend() {} }, 'expected onEpochEnd, got "onepochend"'],
    [{ onBatchEnd() {}, onTrainBatchEnd() {} }, "expected onBatchEnd or its other name onTrainBatchEnd, got both"],
  ])("that would never be called are refused, in classes too (%#)", async (callback, message) => {
    const model = smallModel();
    const before = weightsOf(model);
    const fit = model.fit(x, y, { callbacks: [{}, callback as Callback] });
    await expect(fit).rejects.toThrow(new RangeError(`fit.callbacks: ${message}`));
    expect(weightsOf(model)).toEqual(before);
  });

  it("may load weights as they may set them, and nothing else changes", async () => {
    const other = smallModel({ seed: 2 });
    const bytes = await other.toBytes();
    const [loading, setting] = [smallModel(), smallModel()];
    await loading.fit(x, y, { batchSize: 16, callbacks: { onBatchEnd: () => loading.loadWeights(bytes) } });
    await setting.fit(x, y, { batchSize: 16, callbacks: { onBatchEnd: () => setting.setWeights(weightsOf(other)) } });
    expect(weightsOf(loading)).toEqual(weightsOf(other));
    expect((await loading.snapshot()).compiled).toEqual((await setting.snapshot()).compiled);
    expect((await loading.snapshot()).progress).toEqual((await setting.snapshot()).progress);
    await loading.fit(x, y, { batchSize: 16, epochs: 2, resumeFrom: true });
    await setting.fit(x, y, { batchSize: 16, epochs: 2, resumeFrom: true });
    expect(await loading.fingerprint()).toBe(await setting.fingerprint());
  });

  it("may not take over the state of another training", async () => {
    const [model, plain] = [smallModel(), smallModel()];
    const other = await smallModel({ seed: 2 }).snapshot();
    const onBatchEnd = () => {
      expect(() => model.restore(other)).toThrow("restore: expected no training under way, got a call while fit runs");
    };
    await model.fit(x, y, { batchSize: 16, callbacks: { onBatchEnd } });
    await plain.fit(x, y, { batchSize: 16 });
    expect(await model.fingerprint()).toBe(await plain.fingerprint());
  });

  it("of evaluate and predict are those of Keras, in fit around validation", async () => {
    const heard: string[] = [];
    const note =
      (name: string) =>
      (...args: unknown[]) =>
        heard.push(
          [name, ...args.map((arg) => (typeof arg === "number" ? arg : Object.keys(arg as object).join()))].join(" "),
        );
    const names = ["onTestBegin", "onTestBatchBegin", "onTestBatchEnd", "onTestEnd", "onEpochEnd"] as const;
    const more = ["onPredictBegin", "onPredictBatchBegin", "onPredictBatchEnd", "onPredictEnd"] as const;
    const callbacks: Callback = Object.fromEntries([...names, ...more].map((name) => [name, note(name)]));
    const model = smallModel();
    const tested = ["onTestBegin"];
    for (const i of [0, 1]) tested.push(`onTestBatchBegin ${i}`, `onTestBatchEnd ${i} accuracy,loss`);
    tested.push("onTestEnd accuracy,loss");
    await model.fit(x, y, { validationData: [x, y], validationBatchSize: 20, callbacks });
    expect(heard).toEqual([...tested, "onEpochEnd 0 accuracy,loss,val_accuracy,val_loss"]);
    heard.length = 0;
    const plain = await model.evaluate(x, y, { batchSize: 20 });
    expect(await model.evaluate(x, y, { batchSize: 20, callbacks })).toEqual(plain);
    expect(heard).toEqual(tested);
    heard.length = 0;
    expect(await model.predict(x, { batchSize: 20, callbacks })).toEqual(await model.predict(x));
    const batches = [0, 1].flatMap((i) => [`onPredictBatchBegin ${i}`, `onPredictBatchEnd ${i}`]);
    expect(heard).toEqual(["onPredictBegin", ...batches, "onPredictEnd"]);
  });

  it("of a batch of evaluate may ask the model for more", async () => {
    const model = smallModel();
    const seen: unknown[] = [];
    const onTestBatchEnd = async () => seen.push((await model.predict(x)).shape);
    await model.evaluate(x, y, { batchSize: 20, callbacks: { onTestBatchEnd } });
    expect(seen).toEqual([
      [40, 3],
      [40, 3],
    ]);
  });

  it("of an epoch's end share one object: what one adds, others and the history have", async () => {
    const seen: string[] = [];
    const adding: Callback = { onEpochEnd: (_, logs) => Object.assign(logs, { score: 7 }) };
    const reading: Callback = { onEpochEnd: (_, logs) => void seen.push(...Object.keys(logs)) };
    const { history } = await smallModel().fit(x, y, { epochs: 2, callbacks: [adding, reading] });
    expect(history.score).toEqual([7, 7]);
    expect(seen).toContain("score");
  });

  it("of failure are called when fit rejects, and nothing after", async () => {
    const heard: unknown[] = [];
    const controller = new AbortController();
    const callbacks: Callback = {
      onBatchEnd: () => controller.abort(new Error("enough")),
      onEpochEnd: () => heard.push("epoch"),
      onFailure: (error) => heard.push((error as Error).message),
    };
    await expect(smallModel().fit(x, y, { signal: controller.signal, callbacks })).rejects.toThrow("enough");
    expect(heard).toEqual(["enough"]);
  });
});
