import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { tolerances } from "../tolerances.js";
import { slice, smallData, smallModel } from "./small.js";

const { x, y } = smallData(70);

describe("fit tells what happened", () => {
  it("in a History: a number an epoch, under sorted names", async () => {
    const result = await smallModel().fit(x, y, { epochs: 3, batchSize: 16, validationData: [x, y] });
    expect(Object.keys(result.history)).toEqual(["accuracy", "loss", "val_accuracy", "val_loss"]);
    for (const values of Object.values(result.history)) expect(values).toHaveLength(3);
    expect(result.epoch).toEqual([0, 1, 2]);
    expect(result.params).toEqual({ epochs: 3, steps: 5 });
    expect(result.history.loss![2]).toBeLessThan(result.history.loss![0]!);
  });

  it("with the loss alone, and no epoch at all", async () => {
    const model = smallModel();
    model.compile({ optimizer: "rmsprop", loss: "categorical_crossentropy" });
    expect(Object.keys((await model.fit(x, y)).history)).toEqual(["loss"]);
    expect(Object.keys(await model.evaluate(x, y))).toEqual(["loss"]);
    expect(await model.fit(x, y, { epochs: 0 })).toMatchObject({ history: {}, epoch: [] });
  });

  it("under the names of the metrics that were given", async () => {
    const model = smallModel();
    model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["categorical_accuracy", "acc"] });
    const { acc, categorical_accuracy, ...rest } = await model.evaluate(x, y);
    expect(acc).toBe(categorical_accuracy);
    expect(Object.keys(rest)).toEqual(["loss"]);
  });

  it("as means over the samples, a short last batch counting less", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const { history } = await model.fit(slice(x, 0, 35), slice(y, 0, 35), { batchSize: 32, shuffle: false });
    const first = await stepped.trainOnBatch(slice(x, 0, 32), slice(y, 0, 32));
    const rest = await stepped.trainOnBatch(slice(x, 32, 35), slice(y, 32, 35));
    const mean = (name: string) => (32 * first[name]! + 3 * rest[name]!) / 35;
    expectClose(history.loss!, [mean("loss")], tolerances.sameArithmetic, "loss");
    expectClose(history.accuracy!, [mean("accuracy")], tolerances.sameArithmetic, "accuracy");
  });

  it("from initialEpoch on", async () => {
    const epochs: number[] = [];
    const onEpochBegin = (epoch: number) => void epochs.push(epoch);
    const result = await smallModel().fit(x, y, { initialEpoch: 2, epochs: 4, callbacks: { onEpochBegin } });
    expect(epochs).toEqual([2, 3]);
    expect(result.epoch).toEqual([2, 3]);
    expect(result.history.loss).toHaveLength(2);
  });
});

describe("fit validates", () => {
  it("on the last part, which is taken off before shuffling", async () => {
    const [split, given, apart] = [smallModel(), smallModel(), smallModel()];
    const train = [slice(x, 0, 52), slice(y, 0, 52)] as const;
    const rest = [slice(x, 52, 70), slice(y, 52, 70)] as const;
    const options = { epochs: 2, batchSize: 16 };
    const one = await split.fit(x, y, { ...options, validationSplit: 0.25 });
    const two = await given.fit(...train, { ...options, validationData: rest });
    expect(one).toEqual(two);
    expect(await split.fingerprint()).toBe(await given.fingerprint());
    await apart.fit(...train, options);
    expect(await apart.fingerprint()).toBe(await split.fingerprint());
    const { loss, accuracy } = await split.evaluate(...rest);
    expect([one.history.val_loss![1], one.history.val_accuracy![1]]).toEqual([loss, accuracy]);
  });

  it("on validationData where there is validationSplit too, as Keras", async () => {
    const validationData = [slice(x, 0, 5), slice(y, 0, 5)] as const;
    const [both, data] = [smallModel(), smallModel()];
    expect(await both.fit(x, y, { validationData, validationSplit: 0.5 })).toEqual(
      await data.fit(x, y, { validationData }),
    );
  });
});
