import { describe, expect, it } from "vitest";
import { type FitOptions, Sequential } from "wasm-cnn";
import { errorLike } from "../errorLike.js";
import { any, type ErrorKind, expectRefused } from "./expectRefused.js";
import { slice, smallData } from "./small.js";

const { x, y } = smallData(6);
const withNaN = x.data.with(40, Number.NaN);

describe("options are refused", () => {
  it.each<[message: string, kind: ErrorKind, FitOptions]>([
    [".batchSize: expected an integer >= 1, got 0", RangeError, { batchSize: 0 }],
    ['.batchSize: expected an integer >= 1, got "8"', TypeError, { batchSize: any("8") }],
    [".epochs: expected an integer >= 0, got 1.5", RangeError, { epochs: 1.5 }],
    [".epochs: expected an integer >= 3, got 2", RangeError, { epochs: 2, initialEpoch: 3 }],
    [".initialEpoch: expected an integer >= 0, got -1", RangeError, { initialEpoch: -1 }],
    ['.shuffle: expected true or false, got "batch"', TypeError, { shuffle: any("batch") }],
    [".validationSplit: expected a finite number from 0 to 1, got 1.5", RangeError, { validationSplit: 1.5 }],
    [".validationSplit: expected samples left to train on, got 1", RangeError, { validationSplit: 1 }],
    [".validationData: expected [x, y] or a Dataset, got [1]", TypeError, { validationData: any([1]) }],
    [
      ".validationData: y: expected as many targets as samples, got 2 and 6",
      RangeError,
      { validationData: [x, slice(y, 0, 2)] },
    ],
    [
      ".validationData: x: expected finite 32-bit numbers, got NaN at index 40",
      RangeError,
      { validationData: [withNaN, y] },
    ],
    ['.callbacks: expected an object or an array of objects, got "log"', TypeError, { callbacks: any("log") }],
    [
      ".callbacks: expected an object or an array of objects, got undefined",
      TypeError,
      { callbacks: [{}, any(undefined)] },
    ],
    [
      '.callbacks: expected "setModel" or "setParams" or "onTrainBegin" or "onTrainEnd" or "onEpochBegin" or "onEpochEnd" or ' +
        '"onBatchBegin" or "onBatchEnd" or "onTrainBatchBegin" or "onTrainBatchEnd" or "onTestBatchBegin" or "onTestBatchEnd" or ' +
        '"onPredictBatchBegin" or "onPredictBatchEnd" or "onTestBegin" or "onTestEnd" or "onPredictBegin" or "onPredictEnd" or ' +
        '"onFailure", got "onEpochEnds"',
      RangeError,
      { callbacks: any({ onEpochEnds() {} }) },
    ],
    [
      ".signal: expected an AbortSignal, got an object with keys aborted",
      TypeError,
      { signal: any({ aborted: false }) },
    ],
    [
      ": expected options among batchSize, epochs, shuffle, validationData, validationSplit, validationFreq, " +
        "validationBatchSize, initialEpoch, stepsPerEpoch, validationSteps, signal, resumeFrom, sampleWeight, classWeight, verbose, " +
        'callbacks, got "batch_size"',
      TypeError,
      any({ batch_size: 8 }),
    ],
    [": expected an object of options, got 8", TypeError, any(8)],
  ])("fit%s", async (message, kind, options) => {
    await expectRefused({ fit: (model) => model.fit(x, y, options) }, (where) => new kind(`${where}${message}`));
  });

  it("of predict and evaluate", async () => {
    const wrong = { batchSize: Number.NaN };
    await expectRefused(
      { predict: (model) => model.predict(x, wrong), evaluate: (model) => model.evaluate(x, y, wrong) },
      (where) => new RangeError(`${where}.batchSize: expected an integer >= 1, got NaN`),
    );
    const unknown = any({ verbosity: 1 });
    await expectRefused(
      { predict: (model) => model.predict(x, unknown), evaluate: (model) => model.evaluate(x, y, unknown) },
      (where) => {
        const known = `batchSize, steps, verbose, callbacks${where === "evaluate" ? ", sampleWeight" : ""}`;
        return new TypeError(`${where}: expected options among ${known}, got "verbosity"`);
      },
    );
  });

  const good = { optimizer: "rmsprop", loss: "categoricalCrossentropy" } as const;
  it.each<[message: string, kind: ErrorKind, object]>([
    ['.optimizer: expected "rmsprop" or …, got "sdg"', RangeError, { ...good, optimizer: "sdg" }],
    ['.optimizer: expected "rmsprop" or …, got null', RangeError, { ...good, optimizer: null }],
    ['.loss: expected … or "mse" or …, got "mes"', RangeError, { ...good, loss: "mes" }],
    ['.metrics: expected an array, got "accuracy"', TypeError, { ...good, metrics: "accuracy" }],
    ['.metrics: expected "accuracy" or …, got "luck"', RangeError, { ...good, metrics: ["luck"] }],
    ['.winograd: expected true or false, got "yes"', TypeError, { ...good, winograd: "yes" }],
    [".relaxed: expected true or false, got 1", TypeError, { ...good, relaxed: 1 }],
    ['.threads: expected "auto" or a number, got "all"', RangeError, { ...good, threads: "all" }],
    [".threads: expected an integer from 0 to 8, got -1", RangeError, { ...good, threads: -1 }],
    [".threads: expected an integer from 0 to 8, got 1.5", RangeError, { ...good, threads: 1.5 }],
    [
      ': expected options among optimizer, loss, lossWeights, metrics, weightedMetrics, winograd, relaxed, threads, got "runEagerly"',
      TypeError,
      { ...good, runEagerly: true },
    ],
  ])("compile%s", async (message, kind, options) => {
    const compile = (model: Sequential) => model.compile(any(options));
    await expectRefused({ compile }, (where) => errorLike(kind, `${where}${message}`));
  });

  it("of the model itself", () => {
    expect(() => new Sequential(any("layers"))).toThrow(
      new TypeError('Sequential: expected an array of layers, got "layers"'),
    );
    expect(() => new Sequential([], { seed: -1 })).toThrow(
      new RangeError("Sequential.seed: expected an integer >= 0, got -1"),
    );
    expect(() => new Sequential([], any({ seeds: 1 }))).toThrow(
      new TypeError('Sequential: expected options among name, seed, got "seeds"'),
    );
    expect(() => new Sequential([], { name: any(7) })).toThrow(
      new TypeError("Sequential.name: expected a text, got 7"),
    );
  });
});
