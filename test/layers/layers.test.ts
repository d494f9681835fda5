import { describe, expect, it } from "vitest";
import { layers } from "wasm-cnn";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { random } from "../reference/random.js";
import { expectGradients } from "./expectGradients.js";
import { runLayer } from "./harness.js";
import { LAYER_CASES, type LayerCase } from "./layerCases.js";

const all = Object.entries(LAYER_CASES).flatMap(([name, cases]) => cases.map((one): LayerCase => ({ name, ...one })));

describe.each(all)("$name on $inputShape", ({ make, inputShape, differsInTraining = false }) => {
  const samples = 3;
  const shape = [samples, ...inputShape];

  it("has the gradients that finite differences say", async () => {
    await expectGradients(make(), shape);
    await expectGradients(make(), shape, { shardSamples: 1 });
  });

  it("gives the same bits with any number of threads", async () => {
    const layer = make();
    const x = random(3).tensor([7, ...inputShape]);
    const dy = random(4).tensor([7, ...layer.outputShape([inputShape])]);
    const alone = await runLayer(layer, { x, dy, shardSamples: 1 });
    for (const threads of [1, 3]) expect(await runLayer(layer, { x, dy, shardSamples: 1, threads })).toEqual(alone);
  });

  it("takes bytes at face value", async () => {
    const layer = make();
    const bytes = Uint8Array.from(random(1).tensor(shape).data, (value) => 127.5 + 127.5 * value);
    const dy = random(2).tensor([samples, ...layer.outputShape([inputShape])]);
    const fromBytes = await runLayer(layer, { x: { shape, data: bytes }, dy });
    const fromFloats = await runLayer(layer, { x: { shape, data: Float32Array.from(bytes) }, dy });
    expect(fromBytes.y).toEqual(fromFloats.y);
    expect(fromBytes.dweights).toEqual(fromFloats.dweights);
    expect(fromBytes.dx).toHaveLength(0);
    expect(fromFloats.dx).toHaveLength(bytes.length);
  });

  it.skipIf(differsInTraining)("computes the same at inference", async () => {
    const x = random(3).tensor(shape);
    const training = await runLayer(make(), { x });
    const inference = await runLayer(make(), { x, training: false });
    expect(inference.y).toEqual(training.y);
    expect(inference.y.some((value) => value !== 0)).toBe(true);
  });

  it.skipIf(differsInTraining)("hands the gradient on when it is frozen", async () => {
    const layer = make();
    const x = random(4).distinct(shape);
    const dy = random(5).tensor([samples, ...layer.outputShape([inputShape])]);
    const trained = await runLayer(layer, { x, dy });
    const frozen = await runLayer(make({ trainable: false }), { x, dy });
    expect(frozen.dx).toEqual(trained.dx);
    expect(frozen.dweights.every(({ length }) => length === 0)).toBe(true);
  });

  it("tells its name, its trainability and its options as plain JSON", () => {
    const layer = make({ name: "mine", trainable: false, inputShape });
    expect(layer).toMatchObject({ name: "mine", trainable: false, inputShape });
    expect(layer).toBeInstanceOf(make().constructor);
    expect(JSON.parse(JSON.stringify(layer.config()))).toEqual(layer.config());
    expect(make({ name: "yours" }).config()).toEqual(layer.config());
    expect(layerFromConfig(layer.className, layer.config()).config()).toEqual(layer.config());
  });

  it("refuses options of the wrong kind", () => {
    const message = (text: string) => expect.objectContaining({ message: expect.stringContaining(text) });
    expect(() => make({ name: "" })).toThrow(message('.name: expected a text, got ""'));
    expect(() => make({ trainable: 1 as never })).toThrow(message(".trainable: expected true or false, got 1"));
    expect(() => make({ inputShape: [0] })).toThrow(message(".inputShape[0]: expected an integer >= 1, got 0"));
    expect(() => make({ inputShape: 4 as never })).toThrow(message(".inputShape: expected an array of sizes, got 4"));
  });
});

it("names layers as Keras does, counting in the process", () => {
  const [first, second] = [layers.maxPooling2d().name, layers.maxPooling2d().name];
  expect(first).toMatch(/^max_pooling2d(_\d+)?$/);
  const number = Number(first.match(/_(\d+)$/)?.[1] ?? 0);
  expect(second).toBe(`max_pooling2d_${number + 1}`);
});
