import assert from "node:assert/strict";
import { test } from "node:test";
import { layers, modelFromBytes, Sequential } from "wasm-cnn";
import { assertGradients } from "wasm-cnn/testing";
import { LayerScale, layerScale } from "./layerScale.js";
import { squaredRelu } from "./squaredRelu.js";

test("the backward passes are right, at sizes around the four lanes", async () => {
  for (const channels of [1, 3, 4, 7, 8]) {
    await assertGradients(layerScale(), { inputShape: [2, 3, channels] });
    await assertGradients(layers.activation({ activation: squaredRelu() }), { inputShape: [channels] });
  }
});

const samples = 64;
const data = Float32Array.from({ length: samples * 6 }, (_, i) => Math.fround(((i * 37) % 101) / 50 - 1));
const x = { data, shape: [samples, 6] };
const y = Array.from({ length: samples }, (_, i) => (data[6 * i] + data[6 * i + 1] > 0 ? 1 : 0));

async function train(threads) {
  const model = new Sequential(
    [
      layers.dense({ units: 16, activation: squaredRelu(), inputShape: [6] }),
      layerScale({ initialValue: 0.5, name: "scale" }),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
    { seed: 1 },
  );
  const loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer: "adam", loss, metrics: ["accuracy"], threads });
  await model.fit(x, y, { epochs: 60, batchSize: 16 });
  return model;
}

test("a network with both learns, with the same bits for any number of threads, and comes back from a file", async () => {
  const model = await train(0);
  const { accuracy } = await model.evaluate(x, y);
  assert.ok(accuracy > 0.9, `accuracy ${accuracy}`);
  assert.notDeepEqual(model.getLayer("scale").getWeights()[0].data, new Float32Array(16).fill(0.5));
  const threaded = await train(2);
  assert.equal(await threaded.fingerprint(), await model.fingerprint());

  const again = await modelFromBytes(await model.toBytes("keras"));
  assert.ok(again.getLayer("scale") instanceof LayerScale);
  assert.deepEqual(await again.predict(x), await model.predict(x));
});
