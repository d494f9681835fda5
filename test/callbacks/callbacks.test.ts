import { describe, expect, it } from "vitest";
import { type Callback, type Logs, RMSprop } from "wasm-cnn";
import { nextTask } from "#platform";
import { slice, slowClock, smallData, smallModel, weightsOf } from "../model/small.js";

const { x, y } = smallData(70);

describe("callbacks", () => {
  it("are called in Keras' order, each awaited before the next", async () => {
    const events: string[] = [];
    /** Tells after so many turns of the event loop. */
    const recorder = (name: string, turns: number): Callback => {
      const tell = async (event: string) => {
        for (let turn = 0; turn < turns; turn++) await nextTask();
        events.push(`${name}: ${event}`);
      };
      return {
        onTrainBegin: () => tell("train begin"),
        onTrainEnd: () => tell("train end"),
        onEpochBegin: (epoch) => tell(`epoch ${epoch} begin`),
        onEpochEnd: (epoch) => tell(`epoch ${epoch} end`),
        onBatchBegin: (batch) => tell(`batch ${batch} begin`),
        onBatchEnd: (batch) => tell(`batch ${batch} end`),
      };
    };
    await smallModel().fit(x, y, { epochs: 2, batchSize: 40, callbacks: [recorder("a", 3), recorder("b", 0)] });
    const batches = [0, 1].flatMap((batch) => [`batch ${batch} begin`, `batch ${batch} end`]);
    const epochs = [0, 1].flatMap((epoch) => [`epoch ${epoch} begin`, ...batches, `epoch ${epoch} end`]);
    const all = ["train begin", ...epochs, "train end"];
    expect(events).toEqual(all.flatMap((event) => [`a: ${event}`, `b: ${event}`]));
  });

  it("get the model, and the means so far", async () => {
    const model = smallModel();
    const batchLogs: Logs[] = [];
    const ends: Logs[] = [];
    const models: unknown[] = [];
    const { history } = await model.fit(slice(x, 0, 64), slice(y, 0, 64), {
      batchSize: 32,
      shuffle: false,
      validationData: [x, y],
      callbacks: {
        setModel: (given) => void models.push(given),
        onBatchEnd: (_batch, logs) => void batchLogs.push(logs),
        onEpochEnd: (_epoch, logs) => void ends.push(logs),
        onTrainEnd: (logs) => void ends.push(logs),
      },
    });
    expect(models).toEqual([model]);
    expect(batchLogs.map((logs) => Object.keys(logs))).toEqual(Array(2).fill(["accuracy", "loss"]));
    const stepped = smallModel();
    const first = await stepped.trainOnBatch(slice(x, 0, 32), slice(y, 0, 32));
    expect(batchLogs[0]).toEqual(first);
    expect([batchLogs[1]!.loss]).toEqual(history.loss);
    const last = Object.fromEntries(Object.entries(history).map(([name, values]) => [name, values[0]]));
    expect(ends).toEqual([last, last]);
  });

  it("cannot change what fit returns", async () => {
    const spoil = (_index: number, logs: Logs) => {
      logs.loss = -1;
    };
    const { history } = await smallModel().fit(x, y, { callbacks: { onBatchEnd: spoil, onEpochEnd: spoil } });
    expect(history).toEqual((await smallModel().fit(x, y)).history);
  });

  it("end the training by stopTraining: fit resolves with what there is", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const onBatchEnd = (batch: number) => {
      if (batch === 1) model.stopTraining = true;
    };
    const options = { batchSize: 16, shuffle: false, epochs: 3 };
    const result = await model.fit(x, y, { ...options, callbacks: { onBatchEnd } });
    expect(result.epoch).toEqual([0]);
    for (const i of [0, 16]) await stepped.trainOnBatch(slice(x, i, i + 16), slice(y, i, i + 16));
    expect(weightsOf(model)).toEqual(weightsOf(stepped));

    const onEpochEnd = (epoch: number) => {
      if (epoch === 1) model.stopTraining = true;
    };
    expect((await model.fit(x, y, { ...options, callbacks: [{ onEpochEnd }] })).epoch).toEqual([0, 1]);
    expect((await model.fit(x, y, options)).epoch).toEqual([0, 1, 2]);
  });

  it("end it by an error too: fit rejects with it, the weights being those of the last step", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const onBatchEnd = async () => {
      throw new Error("mine");
    };
    const options = { batchSize: 16, shuffle: false };
    await expect(model.fit(x, y, { ...options, callbacks: { onBatchEnd } })).rejects.toThrow(new Error("mine"));
    await stepped.trainOnBatch(slice(x, 0, 16), slice(y, 0, 16));
    expect(weightsOf(model)).toEqual(weightsOf(stepped));
    await model.fit(x, y, options);
  });

  it("may set weights and the learning rate", async () => {
    const optimizer = new RMSprop({ learningRate: 0.01 });
    const [model, stepped] = [smallModel(), smallModel()];
    model.compile({ optimizer, loss: "categoricalCrossentropy" });
    stepped.compile({ optimizer: new RMSprop({ learningRate: 0.01 }), loss: "categoricalCrossentropy" });
    const zeros = weightsOf(model).map(({ length }) => new Float32Array(length).fill(0.125));
    const onBatchEnd = () => {
      model.setWeights(zeros);
      model.optimizer!.learningRate = 0;
    };
    const part = [slice(x, 0, 32), slice(y, 0, 32)] as const;
    await model.fit(...part, { batchSize: 16, shuffle: false, callbacks: { onBatchEnd } });
    expect(weightsOf(model)).toEqual(zeros);
    expect(optimizer.learningRate).toBe(0);

    optimizer.learningRate = 0.5;
    stepped.optimizer!.learningRate = 0.5;
    for (const each of [model, stepped]) each.setWeights(weightsOf(smallModel()));
    expect(weightsOf(stepped)).toEqual(weightsOf(model));
    await model.trainOnBatch(...part);
    expect(weightsOf(model)).not.toEqual(weightsOf(stepped));
  });
});

describe("a signal", () => {
  it("that is aborted already is refused with its reason", async () => {
    const model = smallModel();
    const before = weightsOf(model);
    await expect(model.fit(x, y, { signal: AbortSignal.abort("too late") })).rejects.toBe("too late");
    expect(weightsOf(model)).toEqual(before);
    await model.fit(x, y);
  });

  it("ends fit after a callback, with its reason and the weights of the last step", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const abort = new AbortController();
    const reason = new Error("enough");
    const onBatchEnd = (batch: number) => {
      if (batch === 1) abort.abort(reason);
    };
    const options = { batchSize: 16, shuffle: false, callbacks: { onBatchEnd }, signal: abort.signal };
    await expect(model.fit(x, y, options)).rejects.toBe(reason);
    for (const i of [0, 16]) await stepped.trainOnBatch(slice(x, i, i + 16), slice(y, i, i + 16));
    expect(weightsOf(model)).toEqual(weightsOf(stepped));
  });

  it.each(["onTrainBegin", "onEpochBegin", "onBatchBegin", "onBatchEnd", "onEpochEnd", "onTrainEnd"] as const)(
    "ends fit right behind %s",
    async (name) => {
      const abort = new AbortController();
      const calls: string[] = [];
      const stop = () => {
        calls.push("stop");
        abort.abort("stop");
      };
      const rest = { onBatchBegin: () => void calls.push("batch"), onEpochEnd: () => void calls.push("epoch") };
      const callbacks = [{ [name]: stop }, { onTrainEnd: () => void calls.push("end") }, rest];
      const fit = smallModel().fit(x, y, { batchSize: 70, callbacks, signal: abort.signal });
      await expect(fit).rejects.toBe("stop");
      // The callbacks behind it in the same round still hear of what it heard.
      const before = { onBatchBegin: ["stop", "batch"], onEpochEnd: ["batch", "stop", "epoch"] };
      const all = { ...before, onBatchEnd: ["batch", "stop"], onTrainEnd: ["batch", "epoch", "stop", "end"] };
      expect(calls).toEqual(all[name as keyof typeof all] ?? ["stop"]);
    },
  );

  it("ends fit in the middle of a step, which is then given up", async () => {
    const [model, stepped] = [smallModel(), smallModel()];
    const abort = new AbortController();
    slowClock();
    let done = 0;
    const callbacks: Callback = {
      onBatchEnd: () => void done++,
      onBatchBegin: (batch) => {
        if (batch === 2) void nextTask().then(() => abort.abort());
      },
    };
    const options = { batchSize: 16, shuffle: false, callbacks, signal: abort.signal };
    await expect(model.fit(x, y, options)).rejects.toHaveProperty("name", "AbortError");
    expect(done).toBe(2);
    for (const i of [0, 16]) await stepped.trainOnBatch(slice(x, i, i + 16), slice(y, i, i + 16));
    expect(weightsOf(model)).toEqual(weightsOf(stepped));
    await model.fit(x, y);
  });
});
