import { describe, expect, it } from "vitest";
import { readTfjs, writeTfjs } from "../../dist/files/tfjs.js";
import { modelFromSnapshot } from "../../dist/index.js";
import { expectClose } from "../expectClose.ts";
import { NETWORKS, network, samplesFor } from "../files/networks.ts";
import { smallData, smallModel } from "../model/small.ts";
import { tolerances } from "../tolerances.ts";
import { core, load, predict, save } from "./tensorflowJs.mjs";

const reader = (files) => async (path) => files.get(path.replace(/^\.\//, ""));
const tensor = ({ data, shape }) => core.tensor(data, shape);

describe.each(Object.keys(NETWORKS))("TensorFlow.js on the network %s", (name) => {
  it("predicts what we do", async () => {
    const model = network(name);
    const x = samplesFor(model, 3);
    const expected = await model.predict(x);
    const actual = await predict(await load(writeTfjs(await model.snapshot())), x);
    expect(actual.shape).toEqual(expected.shape);
    expectClose(actual.data, expected.data, tolerances.interop);
  });

  it("gives back the same bits", async () => {
    const model = network(name);
    const files = await save(await load(writeTfjs(await model.snapshot())));
    const again = modelFromSnapshot(await readTfjs(reader(files)));
    expect(await again.fingerprint()).toBe(await model.fingerprint());
  });
});

describe.each([
  ["RMSprop", {}],
  ["RMSprop with momentum", { momentum: 0.5, rho: 0.8, learningRate: 0.005 }],
])("a training with %s", (_, options) => {
  it("goes on in TensorFlow.js, and comes back", async () => {
    const { RMSprop } = await import("../../dist/index.js");
    const { x, y } = smallData(20);
    const model = smallModel();
    model.compile({ optimizer: new RMSprop(options), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    await model.fit(x, y, { epochs: 2 });
    const there = await load(writeTfjs(await model.snapshot()));
    for (let step = 0; step < 3; step++) {
      const [loss] = await there.trainOnBatch(tensor(x), tensor(y));
      const logs = await model.trainOnBatch(x, y);
      expectClose([loss], [logs.loss], tolerances.interop);
    }
    const back = await readTfjs(reader(await save(there, { includeOptimizer: true })));
    const own = await model.snapshot();
    expect(back.compiled.optimizer).toEqual(own.compiled.optimizer);
    expect(back.compiled.state.iterations).toBe(own.compiled.state.iterations);
    for (const [s, { name, values }] of own.compiled.state.slots.entries()) {
      expect(back.compiled.state.slots[s].name).toBe(name);
      for (const [i, numbers] of values.entries()) {
        expectClose(back.compiled.state.slots[s].values[i], numbers, tolerances.interop);
      }
    }
    const weights = modelFromSnapshot(back).getWeights();
    for (const [i, { data }] of model.getWeights().entries()) expectClose(weights[i].data, data, tolerances.interop);
  });
});

it("a frozen layer and its slots arrive", async () => {
  const { x, y } = smallData(20);
  const model = smallModel();
  model.layers[1].trainable = false;
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy" });
  await model.fit(x, y);
  const there = await load(writeTfjs(await model.snapshot()));
  expect(there.layers.map(({ trainable }) => trainable)).toEqual(model.layers.map(({ trainable }) => trainable));
  await there.trainOnBatch(tensor(x), tensor(y));
  await model.trainOnBatch(x, y);
  const weights = await Promise.all(there.getWeights().map((weight) => weight.data()));
  // TensorFlow.js has the trainable ones first.
  const own = model.getWeights().map(({ data }) => data);
  const order = [...own.slice(2), ...own.slice(0, 2)];
  for (const [i, data] of weights.entries()) expectClose(data, order[i], tolerances.interop);
});
