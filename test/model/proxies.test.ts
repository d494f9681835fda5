import { describe, expect, it } from "vitest";
import { layers, ModelCheckpoint, RMSprop, Sequential } from "wasm-cnn";
import { SHAPE, smallData, smallModel, weightsOf } from "./small.js";

const { x, y } = smallData(40);

/** A proxy as Vue and Valtio make them: also around whatever is read through it, but functions. */
function deep<T extends object>(object: T): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      return typeof value === "object" && value !== null ? deep(value) : value;
    },
  });
}

/** As Valtio: the proxy is around a copy of the object's properties. */
function copied<T extends object>(object: T): T {
  return deep(
    Object.defineProperties(Object.create(Object.getPrototypeOf(object)), Object.getOwnPropertyDescriptors(object)),
  );
}

function shallow<T extends object>(object: T): T {
  return new Proxy(object, {});
}

describe.each([shallow, deep, copied])("a proxy around a model (%o)", (around) => {
  it("computes as the model does, whatever is called", async () => {
    const plain = smallModel();
    await plain.fit(x, y, { epochs: 2, batchSize: 16 });
    const bare = smallModel();
    const model = around(bare);
    expect(model.seed).toBe(1);
    await model.fit(x, y, { epochs: 2, batchSize: 16, callbacks: { setModel: (own) => expect(own).toBe(bare) } });
    expect(await model.fingerprint()).toBe(await plain.fingerprint());
    expect(weightsOf(model)).toEqual(weightsOf(plain));
    expect(await model.predict(x)).toEqual(await plain.predict(x));
    expect(await model.evaluate(x, y)).toEqual(await plain.evaluate(x, y));
    expect(await model.activations(x)).toEqual(await activationsUnder(bare, plain));
    expect(model.countParams()).toBe(plain.countParams());
    expect(model.toJSON()).toEqual(bare.toJSON());
    expect(await model.toBytes()).toEqual(await bare.toBytes());
    await model.trainOnBatch(x, y);
    await plain.trainOnBatch(x, y);
    model.optimizer!.learningRate = plain.optimizer!.learningRate = 0.5;
    await model.fit(x, y);
    await plain.fit(x, y);
    expect(weightsOf(model)).toEqual(weightsOf(plain));
    model.dispose();
    expect(() => bare.getWeights()).toThrow("disposed");
  });

  it("ends the training by stopTraining", async () => {
    const model = around(smallModel());
    const onBatchEnd = () => {
      model.stopTraining = true;
    };
    const { epoch } = await model.fit(x, y, { epochs: 3, callbacks: { onBatchEnd } });
    expect(epoch).toEqual([0]);
    expect(model.stopTraining).toBe(true);
  });
});

/** Layers have names of their own in each model. */
async function activationsUnder(named: Sequential, model: Sequential) {
  const outputs = Object.values(await model.activations(x));
  return Object.fromEntries(named.layers.map(({ name }, i) => [name, outputs[i]]));
}

describe("proxies around the parts of a model", () => {
  it("are taken off before the model holds them", async () => {
    const list = () => [
      layers.conv2d({ filters: 4, kernelSize: 3, inputShape: SHAPE }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ];
    const bare = list();
    const model = new Sequential(deep(bare), { seed: 1 });
    for (const [i, layer] of model.layers.entries()) expect(layer).toBe(bare[i]);
    const optimizer = new RMSprop({ learningRate: 0.01 });
    model.compile({ optimizer: deep(optimizer), loss: "categoricalCrossentropy" });
    expect(model.optimizer).toBe(optimizer);
    deep(optimizer).learningRate = 0.25;
    expect(optimizer.learningRate).toBe(0.25);
    expect(deep(optimizer).config()).toEqual(optimizer.config());

    const plain = new Sequential(list(), { seed: 1 });
    plain.compile({ optimizer: new RMSprop({ learningRate: 0.25 }), loss: "categoricalCrossentropy" });
    for (const each of [model, plain]) await each.fit(x, y);
    expect(weightsOf(model)).toEqual(weightsOf(plain));
  });

  it("are not made by Vue, which heeds this mark", () => {
    const marked = [smallModel(), new RMSprop(), layers.flatten(), new ModelCheckpoint({ folder: "x" })];
    for (const each of marked) expect(each).toHaveProperty("__v_skip", true);
  });

  it("let a ModelCheckpoint save", async () => {
    const errors: string[] = [];
    // A folder that no system can make.
    const folder = "\0";
    const callbacks = deep(new ModelCheckpoint({ folder, onError: ({ message }) => void errors.push(message) }));
    await smallModel().fit(x, y, { callbacks });
    expect(errors.length).toBe(2);
  });
});
