import { describe, expect, it } from "vitest";
import {
  EarlyStopping,
  type EarlyStoppingOptions,
  type Logs,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  RMSprop,
} from "wasm-cnn";
import { loadVectors } from "../vectors/load.js";
import { camelCase, FakeModel } from "./fakeModel.js";

const logsOf = (name: string, value: number) => ({ loss: 1, [name]: value }) as Logs;
const PARAMS = { epochs: 9, steps: 1, metrics: ["loss", "val_loss"] };

describe("EarlyStopping stops when Keras does and keeps the same weights", () => {
  const cases = loadVectors("earlyStopping").map(
    (each) => [`${each.name} ${JSON.stringify(each.options)}`, each] as const,
  );
  it.each(cases)("%s", (_, { options, values, last, stopped, best, weight }) => {
    const model = new FakeModel();
    let callback = new EarlyStopping(camelCase<EarlyStoppingOptions>(options));
    const begin = () => {
      callback.setModel(model.trained);
      callback.setParams(PARAMS);
      callback.onTrainBegin();
    };
    begin();
    let epoch = 0;
    for (; epoch < values.length; epoch++) {
      model.weight = epoch;
      callback.onEpochEnd(epoch, logsOf(String(options.monitor), values[epoch]!));
      if (model.stopTraining) break;
      // Another one goes on in its place.
      const state = structuredClone(callback.state());
      callback = new EarlyStopping(camelCase<EarlyStoppingOptions>(options));
      begin();
      callback.restore(state);
    }
    callback.onTrainEnd();
    expect(Math.min(epoch, values.length - 1)).toBe(last);
    expect([callback.stoppedEpoch, callback.bestEpoch, model.weight]).toEqual([stopped, best, weight]);
  });
});

describe("ReduceLROnPlateau sets the learning rates that Keras sets", () => {
  const cases = loadVectors("reduceLROnPlateau").map(
    (each) => [`${each.name} ${JSON.stringify(each.options)}`, each] as const,
  );
  it.each(cases)("%s", (_, { options, values, logged, rates }) => {
    const model = new FakeModel();
    let callback = new ReduceLROnPlateau(camelCase<ReduceLROnPlateauOptions>(options));
    const begin = () => {
      callback.setModel(model.trained);
      callback.setParams(PARAMS);
      callback.onTrainBegin();
    };
    begin();
    for (const [epoch, value] of values.entries()) {
      const logs = logsOf("val_loss", value);
      callback.onEpochEnd(epoch, logs);
      expect([logs.learning_rate, model.optimizer.learningRate]).toEqual([logged[epoch], rates[epoch]]);
      const state = structuredClone(callback.state());
      callback = new ReduceLROnPlateau(camelCase<ReduceLROnPlateauOptions>(options));
      begin();
      callback.restore(state);
    }
  });
});

const STOPPING: readonly (readonly [string, unknown])[] = [
  ["patience", -1],
  ["startFromEpoch", 0.5],
  ["restoreBestWeights", 1],
  ["baseline", "0"],
];
const REDUCING: typeof STOPPING = [
  ["patience", -1],
  ["factor", 1],
  ["cooldown", "1"],
  ["minLr", -1],
];

it("ReduceLROnPlateau refuses an optimizer with a schedule before the first epoch", () => {
  const callback = new ReduceLROnPlateau();
  const optimizer = new RMSprop({ learningRate: (step) => 1 / (step + 1) });
  callback.setModel({ ...new FakeModel().trained, optimizer });
  expect(() => callback.onTrainBegin()).toThrow(
    "ReduceLROnPlateau: expected an optimizer with a number as learning rate, got one with a schedule",
  );
});

describe.each([
  ["EarlyStopping", EarlyStopping, STOPPING],
  ["ReduceLROnPlateau", ReduceLROnPlateau, REDUCING],
] as const)("%s", (name, Callback, wrong) => {
  it("refuses wrong options", () => {
    for (const [option, value] of [...wrong, ["monitor", 1], ["mode", "up"], ["minDelta", Number.NaN]] as const) {
      expect(() => new Callback({ [option]: value } as never), option).toThrow(`${name}.${option}: expected`);
    }
    expect(() => new Callback({ patients: 1 } as never)).toThrow(`${name}: expected options among`);
    expect(() => new Callback({ monitor: "score" })).toThrow(`${name}.mode: expected "min" or "max" for "score"`);
  });

  it("takes epochs without validation as none, but no name that there is not", () => {
    const callback = new Callback({ patience: 0 });
    const model = new FakeModel();
    callback.setModel(model.trained);
    callback.setParams(PARAMS);
    callback.onTrainBegin();
    const state = callback.state();
    callback.onEpochEnd(3, { loss: 1 });
    expect(callback.state()).toEqual(state);
    const other = new Callback({ monitor: "val_accuracy" });
    other.setModel(model.trained);
    other.setParams(PARAMS);
    other.onTrainBegin();
    expect(() => other.onEpochEnd(0, { loss: 1 })).toThrow(
      `${name}.monitor: expected one of loss, ${name === "EarlyStopping" ? "" : "learning_rate, "}val_loss, got "val_accuracy"`,
    );
  });

  it("restores only what is a state", () => {
    const callback = new Callback();
    for (const state of [undefined, 1, {}, { ...callback.state(), wait: "1" }, { ...callback.state(), best: "1" }]) {
      expect(() => callback.restore(state)).toThrow(`${name}.restore: expected`);
    }
  });
});
