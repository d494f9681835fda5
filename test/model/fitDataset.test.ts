import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BatchElement, Dataset, layers, ModelCheckpoint, type NumberTensor, Sequential } from "wasm-cnn";
import { slice, smallData, smallModel } from "./small.js";

const { x, y } = smallData(70);
const samples = Dataset.fromArrays({ x, y });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-dataset-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("fit with a Dataset", () => {
  it("has the bits of fit with arrays in that order, and so do evaluate and predict", async () => {
    const [arrays, data] = [smallModel(), smallModel()];
    const options = { epochs: 2, validationFreq: 2, callbacks: [] };
    const one = await arrays.fit(x, y, { ...options, batchSize: 16, shuffle: false, validationData: [x, y] });
    const batches = samples.batch(16);
    const other = await data.fit(batches, { ...options, validationData: batches });
    expect(other).toEqual(one);
    expect(await data.fingerprint()).toBe(await arrays.fingerprint());
    expect(await data.evaluate(batches)).toEqual(await arrays.evaluate(x, y, { batchSize: 16 }));
    expect(await data.predict(batches)).toEqual(await arrays.predict(x));
    expect(await data.predict(batches, { steps: 2 })).toEqual(await arrays.predict(slice(x, 0, 32)));
    expect(await arrays.evaluate(x, y, { batchSize: 16, steps: 2 })).toEqual(await data.evaluate(batches.take(2)));
  });

  it("weighs samples and classes as with arrays, and takes batches of any size in turn", async () => {
    const sampleWeight = Float32Array.from({ length: 70 }, (_, i) => (i % 3) / 2);
    const classWeight = { 0: 2, 2: 0.5 };
    const weighed = Dataset.fromArrays({ x, y, sampleWeight }).batch(16);
    const [a, b, c, d] = [smallModel(), smallModel(), smallModel(), smallModel()];
    await a.fit(x, y, { batchSize: 16, shuffle: false, sampleWeight });
    await b.fit(weighed);
    expect(await b.fingerprint()).toBe(await a.fingerprint());
    await c.fit(x, y, { batchSize: 16, shuffle: false, classWeight });
    await d.fit(samples.batch(16), { classWeight });
    expect(await d.fingerprint()).toBe(await c.fingerprint());
    const growing = Dataset.fromGenerator<BatchElement>(function* () {
      for (const [begin, end] of [
        [0, 3],
        [3, 43],
        [43, 44],
      ] as const)
        yield { x: slice(x, begin, end), y: slice(y, begin, end) };
    });
    const { history } = await smallModel().fit(growing, { epochs: 2 });
    expect(history.loss).toHaveLength(2);
    const part = await smallModel().evaluate(slice(x, 0, 44), slice(y, 0, 44));
    const other = await smallModel().evaluate(growing);
    expect(other.loss).toBeCloseTo(part.loss, 12);
  });

  it("interrupted at any step goes on with the same batches", async () => {
    const data = samples.shuffle(20).batch(16).prefetch(2);
    const settings = { epochs: 3, validationData: samples.batch(32) };
    const plain = smallModel();
    const { history, params } = await plain.fit(data, settings);
    expect(params.steps).toBe(5);
    await smallModel().fit(data, { ...settings, callbacks: new ModelCheckpoint({ folder, everySteps: 1, keep: 99 }) });
    const files = readdirSync(folder).sort();
    expect(files.length).toBe(15);
    for (const file of files) {
      const resumed = smallModel({ seed: 2 });
      const rest = await resumed.fit(data, { ...settings, resumeFrom: join(folder, file) });
      expect(await resumed.fingerprint(), file).toBe(await plain.fingerprint());
      expect(rest.history.val_loss, file).toEqual(history.val_loss!.slice(-rest.epoch.length));
    }
  });

  it("builds a model that does not know its input shape", async () => {
    const model = new Sequential([layers.flatten(), layers.dense({ units: 3, activation: "softmax" })], { seed: 1 });
    model.compile({ loss: "categoricalCrossentropy" });
    await model.fit(samples.batch(35));
    expect(model.countParams()).toBe(36 * 3 + 3);
  });

  it("reads while the step is under way, and one batch ahead at most", async () => {
    let read = 0;
    const counted = samples.batch(10).map((batch) => {
      read++;
      return batch;
    });
    const ahead: number[] = [];
    await smallModel().fit(counted, { callbacks: { onBatchEnd: (batch) => ahead.push(read - batch - 1) } });
    expect(Math.max(...ahead)).toBe(1);
    expect(read).toBe(7);
  });

  it("refuses what does not go together", async () => {
    const model = smallModel();
    const batches = samples.batch(16);
    const once = Dataset.fromGenerator([{ x, y }].values());
    const saving = new ModelCheckpoint({ folder });
    const calls: [() => Promise<unknown>, string][] = [
      [
        () => model.fit(batches, { batchSize: 3 }),
        "fit.batchSize: expected none with a Dataset, whose elements are the batches",
      ],
      [() => model.fit(batches, { shuffle: true }), "fit.shuffle: expected none with a Dataset"],
      [() => model.fit(batches, { validationSplit: 0.5 }), "fit.validationSplit: expected none with a Dataset"],
      [() => model.evaluate(batches, { batchSize: 3 }), "evaluate.batchSize: expected none with a Dataset"],
      [
        () => model.fit(batches.repeat()),
        "fit: expected a number of steps with a Dataset that repeats for ever, got none",
      ],
      [() => model.evaluate(batches.repeat()), "evaluate: expected a number of steps with a Dataset that repeats"],
      [() => model.fit(samples as never), "dataset.batch(32) makes batches"],
      [
        () => model.fit(Dataset.fromGenerator(() => [1]) as never),
        "fit: element 0 of the Dataset: expected { x, y }, got 1",
      ],
      [
        () => model.fit(Dataset.fromGenerator<BatchElement>(() => [{ x }])),
        "fit: element 0 of the Dataset: y: expected",
      ],
      [
        () => model.fit(Dataset.fromGenerator<BatchElement>(() => [])),
        "fit: expected at least one batch in each pass, got none",
      ],
      [
        () => model.predict(Dataset.fromGenerator<BatchElement>(() => [])),
        "predict: expected at least one batch, got none",
      ],
      [() => model.fit(once, { epochs: 2 }), "fit: expected a Dataset for several passes, got one over an iterator"],
      [() => model.fit(once, { callbacks: saving }), "fit: expected a Dataset that can go on where a checkpoint was"],
      [() => model.fit(batches, { stepsPerEpoch: 0 }), "fit.stepsPerEpoch: expected an integer >= 1, got 0"],
    ];
    const before = await model.fingerprint();
    for (const [call, message] of calls) await expect(call(), message).rejects.toThrow(message);
    expect(await model.fingerprint()).toBe(before);
  });
});

describe("stepsPerEpoch", () => {
  it("lets epochs go on in the pass of the one before, as Keras", async () => {
    const [parts, whole] = [smallModel(), smallModel()];
    const { history, epoch } = await parts.fit(x, y, { batchSize: 10, epochs: 4, stepsPerEpoch: 3 });
    // Seven batches: 3, 3 and 1, then the next pass.
    await whole.fit(x, y, { batchSize: 10 });
    const stepped = smallModel();
    const two = await stepped.fit(x, y, { batchSize: 10, epochs: 3, stepsPerEpoch: 3 });
    expect(await stepped.fingerprint()).toBe(await whole.fingerprint());
    expect(two.history.loss).toEqual(history.loss!.slice(0, 3));
    expect(epoch).toEqual([0, 1, 2, 3]);
  });

  it.each([
    ["arrays", undefined],
    ["a Dataset that repeats", samples.shuffle(30).batch(10).repeat()],
    ["a Dataset that ends", samples.shuffle(30).batch(10)],
    ["a Dataset without a length", Dataset.fromGenerator(() => samples.shuffle(30).batch(10))],
  ])("goes on from any step: %s", async (_, data) => {
    const settings = { epochs: 5, stepsPerEpoch: 3 };
    const train = (model: Sequential, options: object) =>
      data ? model.fit(data, { ...settings, ...options }) : model.fit(x, y, { batchSize: 10, ...settings, ...options });
    const plain = smallModel();
    await train(plain, {});
    await train(smallModel(), { callbacks: new ModelCheckpoint({ folder, everySteps: 1, everyEpochs: 1, keep: 99 }) });
    for (const file of readdirSync(folder)) {
      const resumed = smallModel({ seed: 2 });
      await train(resumed, { resumeFrom: join(folder, file) });
      expect(await resumed.fingerprint(), file).toBe(await plain.fingerprint());
    }
  });

  it("and validationSteps count batches", async () => {
    const model = smallModel();
    const { history } = await model.fit(x, y, {
      batchSize: 10,
      stepsPerEpoch: 2,
      validationData: [x, y],
      validationSteps: 3,
    });
    const { loss } = await model.evaluate(slice(x, 0, 30), slice(y, 0, 30), { batchSize: 10 });
    expect(history.val_loss).toEqual([loss]);
  });
});

describe("lists of samples", () => {
  it("are taken where samples are: with their shape, with a batch axis of 1, as bare arrays", async () => {
    const model = smallModel();
    const expected = await model.predict(slice(x, 0, 3));
    const one = (i: number) => slice(x, i, i + 1);
    const predict = (list: unknown) => model.predict(list as never) as Promise<NumberTensor>;
    expect(await predict([0, 1, 2].map(one))).toEqual(expected);
    expect(await predict([0, 1, 2].map((i) => ({ data: one(i).data, shape: [6, 6, 1] })))).toEqual(expected);
    expect(await predict([0, 1, 2].map((i) => one(i).data))).toEqual(expected);
    await expect(predict([one(0), { data: [1], shape: [1, 1, 1, 1] }])).rejects.toThrow(
      "predict: x[1]: expected samples all of one shape, (6, 6, 1), got (1, 1, 1)",
    );
    await expect(predict([one(0), 5])).rejects.toThrow("predict: x[1]: expected { data, shape }");
    const bytes = Uint8Array.from({ length: 36 }, (_, i) => i);
    expect(await predict([bytes, bytes])).toEqual(
      await predict({ data: Uint8Array.of(...bytes, ...bytes), shape: [2, 6, 6, 1] }),
    );
  });
});
