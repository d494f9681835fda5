import { describe, expect, it } from "vitest";
import { type Layer, layers, Sequential } from "wasm-cnn";
import { Network } from "../../dist/graph/network.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { type Batch, slice, weightsOf } from "./small.js";

/** A convolution and the max pooling behind it. */
interface Block {
  readonly conv: Parameters<typeof layers.conv2d>[0];
  readonly pool: NonNullable<Parameters<typeof layers.maxPooling2d>[0]>;
}

interface Case {
  readonly what: string;
  /** (height, width, channels) */
  readonly input: readonly number[];
  readonly blocks: readonly Block[];
}

const SAMPLES = 70;
const CLASSES = 3;

/** The blocks of a case, a dense layer behind them. An identity between a convolution and its pooling keeps them apart. */
function layersOf({ input, blocks }: Case, apart: boolean): Layer[] {
  return [
    layers.rescaling({ scale: 2, inputShape: input }),
    ...blocks.flatMap(({ conv, pool }) => [
      layers.conv2d(conv),
      ...(apart ? [layers.rescaling({ scale: 1 })] : []),
      layers.maxPooling2d(pool),
    ]),
    layers.flatten(),
    layers.dense({ units: CLASSES, activation: "softmax" }),
  ];
}

/** A compiled model; all models of a case have the same weights. */
function modelOf(one: Case, { apart = false, winograd = false }): Sequential {
  const model = new Sequential(layersOf(one, apart), { seed: 1 });
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", winograd });
  const values = random(3);
  // Small enough for probabilities that are not all 0 or 1.
  model.setWeights(
    model.getWeights().map(({ shape }) => Float32Array.from(values.tensor(shape).data, (value) => value / 3)),
  );
  return model;
}

function dataOf({ input }: Case): { x: Batch; y: Batch } {
  const values = random(4);
  const shape = [SAMPLES, ...input];
  return {
    x: { data: Float32Array.from(values.tensor(shape).data), shape },
    y: { data: Float32Array.from(values.oneHot(SAMPLES, CLASSES).data), shape: [SAMPLES, CLASSES] },
  };
}

async function predict(model: Sequential, x: Batch, batchSize = 32): Promise<Float32Array> {
  return (await model.predict(x, { batchSize })).data;
}

/** Three steps, the last one with a batch of another size; returns their losses. */
async function train(model: Sequential, { x, y }: { x: Batch; y: Batch }): Promise<number[]> {
  const losses: number[] = [];
  for (const [begin, end] of [
    [0, 24],
    [24, 48],
    [48, SAMPLES],
  ] as const) {
    losses.push((await model.trainOnBatch(slice(x, begin, end), slice(y, begin, end))).loss!);
  }
  return losses;
}

/** Expects that both models take the same three steps, but for rounding. */
async function expectSameSteps(model: Sequential, other: Sequential, data: { x: Batch; y: Batch }): Promise<void> {
  const before = weightsOf(model);
  expectClose(await train(model, data), await train(other, data), tolerances.training, "losses");
  const expected = weightsOf(other);
  for (const [i, { name, data }] of model.getWeights().entries()) {
    expectClose(data, expected[i]!, tolerances.trainedWeights, name);
    // What is frozen must stay, all else must move: a network that learns nothing proves nothing.
    const layer = model.layers.find((one) => name.startsWith(`${one.name}/`))!;
    if (layer.trainable) expect(data, name).not.toEqual(before[i]);
    else expect(data, name).toEqual(before[i]);
  }
}

/** Expects that both models predict the same bits, and take the same steps to the same weights, to the bit. */
async function expectSameBits(model: Sequential, other: Sequential, data: { x: Batch; y: Batch }): Promise<void> {
  expect(await predict(model, data.x)).toEqual(await predict(other, data.x));
  expect(await train(model, data)).toEqual(await train(other, data));
  expect(weightsOf(model)).toEqual(weightsOf(other));
}

const relu = (filters: number) => ({ filters, kernelSize: 3, activation: "relu" }) as const;
const two = (first: object, second: object): Block[] => [
  { conv: { ...relu(8), ...first }, pool: { poolSize: 2 } },
  { conv: { ...relu(16), ...second }, pool: { poolSize: 2 } },
];
/** Its shards hold fewer samples apart than as one. */
const large: Case = { what: "a large output", input: [42, 42, 1], blocks: [{ conv: relu(16), pool: {} }] };
const fused: Case[] = [
  { what: "relu, a row and a column that pooling drops", input: [9, 7, 3], blocks: [{ conv: relu(5), pool: {} }] },
  {
    what: "linear, without bias, windows of 3 x 2",
    input: [8, 8, 2],
    blocks: [{ conv: { filters: 9, kernelSize: [2, 3], useBias: false }, pool: { poolSize: [3, 2] } }],
  },
  {
    what: "a convolution with strides, padded windows",
    input: [11, 12, 3],
    blocks: [{ conv: { ...relu(6), strides: [2, 1] }, pool: { poolSize: 3, padding: "same" } }],
  },
  {
    what: "windows with gaps between them",
    input: [10, 10, 2],
    blocks: [{ conv: { ...relu(4), kernelSize: 1 }, pool: { poolSize: 2, strides: 3 } }],
  },
  {
    what: "both padded",
    input: [9, 8, 3],
    blocks: [{ conv: { ...relu(5), padding: "same" }, pool: { poolSize: 4, padding: "same" } }],
  },
  { what: "one behind the other", input: [15, 14, 2], blocks: two({}, {}) },
  { what: "the first one frozen", input: [15, 14, 2], blocks: two({ trainable: false }, {}) },
  { what: "the second one frozen", input: [15, 14, 2], blocks: two({}, { trainable: false }) },
  large,
];
const unfused: Case[] = [
  {
    what: "overlapping windows",
    input: [8, 9, 3],
    blocks: [{ conv: relu(5), pool: { poolSize: 3, strides: [3, 2] } }],
  },
  { what: "softmax", input: [8, 9, 3], blocks: [{ conv: { ...relu(5), activation: "softmax" }, pool: {} }] },
  { what: "a dilated convolution", input: [8, 9, 3], blocks: [{ conv: { ...relu(5), dilationRate: 2 }, pool: {} }] },
];

/** Places in the model of the layers that units of it begin with. */
function unitsOf(one: Case, apart: boolean): number[] {
  return networkOf(one, apart).units.map(({ position }) => position);
}

function networkOf(one: Case, apart: boolean): Network {
  return new Network(new Sequential(layersOf(one, apart)).graph!, [one.input]);
}

describe("Conv2D and MaxPooling2D", () => {
  it.each(fused)("are one unit: $what", (one) => {
    const heads = one.blocks.map((_, i) => 1 + 2 * i);
    const next = 1 + 2 * one.blocks.length;
    expect(unitsOf(one, false)).toEqual([0, ...heads, next, next + 1]);
    expect(unitsOf(one, true)).toHaveLength(3 + 3 * one.blocks.length);
  });

  it.each(unfused)("are not one unit: $what", (one) => {
    expect(unitsOf(one, false)).toEqual([0, 1, 2, 3, 4]);
  });

  it("as one unit let more samples into a shard", () => {
    expect(networkOf(large, false).shardSamples(64)).toBeGreaterThan(networkOf(large, true).shardSamples(64));
  });

  it.each(fused)("predict as one to the bit what they predict apart, for any batch size: $what", async (one) => {
    const { x } = dataOf(one);
    const expected = await predict(modelOf(one, { apart: true }), x);
    for (const apart of [false, true]) {
      const model = modelOf(one, { apart });
      for (const batchSize of [1, 7, 64]) {
        const where = `${apart ? "apart" : "as one"}, batches of ${batchSize}`;
        expect(await predict(model, x, batchSize), where).toEqual(expected);
      }
    }
  });

  it.each(fused)("train as one as they train apart: $what", async (one) => {
    const data = dataOf(one);
    await expectSameSteps(modelOf(one, {}), modelOf(one, { apart: true }), data);
  });

  it("train to the bit as they train apart where gradients are summed in the same order: windows of one row", async () => {
    // So many channels that the zeros of dy are skipped without pooling too.
    const one = { what: "", input: [9, 9, 12], blocks: [{ conv: relu(5), pool: { poolSize: [1, 2] as const } }] };
    await expectSameBits(modelOf(one, {}), modelOf(one, { apart: true }), dataOf(one));
  });

  it.each(unfused)("predict and train to the bit as with an identity between them: $what", async (one) => {
    await expectSameBits(modelOf(one, {}), modelOf(one, { apart: true }), dataOf(one));
  });
});

/** Cases in which Winograd's form pays where the convolution is fused, and where it is not. */
const winograd: Case[] = [
  { what: "relu", input: [12, 10, 4], blocks: [{ conv: relu(8), pool: {} }] },
  { what: "padded", input: [6, 8, 4], blocks: [{ conv: { ...relu(8), padding: "same" }, pool: {} }] },
  {
    what: "linear, without bias",
    input: [10, 10, 8],
    blocks: [{ conv: { filters: 16, kernelSize: 3, useBias: false }, pool: {} }],
  },
  { what: "behind another one", input: [18, 18, 1], blocks: two({}, {}) },
  { what: "frozen", input: [14, 14, 4], blocks: two({}, { trainable: false }) },
];

/** Cases for which there is no such form. */
const direct: Case[] = [
  { what: "windows of 3 x 3", input: [12, 12, 4], blocks: [{ conv: relu(8), pool: { poolSize: 3 } }] },
  { what: "windows with gaps", input: [12, 12, 4], blocks: [{ conv: relu(8), pool: { strides: 3 } }] },
  { what: "padded windows", input: [11, 11, 4], blocks: [{ conv: relu(8), pool: { padding: "same" } }] },
  { what: "a kernel of 3 x 2", input: [12, 12, 4], blocks: [{ conv: { ...relu(8), kernelSize: [3, 2] }, pool: {} }] },
  { what: "strides", input: [12, 12, 4], blocks: [{ conv: { ...relu(8), strides: 2 }, pool: {} }] },
  { what: "3 channels", input: [12, 12, 3], blocks: [{ conv: relu(8), pool: {} }] },
  { what: "12 filters", input: [12, 12, 4], blocks: [{ conv: relu(12), pool: {} }] },
];

describe("Winograd's form", () => {
  it.each(direct)("is not taken, and changes nothing: $what", async (one) => {
    await expectSameBits(modelOf(one, { winograd: true }), modelOf(one, {}), dataOf(one));
  });

  it.each(winograd)("is taken or refused, and predicts the same within rounding: $what", async (one) => {
    const { x } = dataOf(one);
    const expected = await predict(modelOf(one, {}), x);
    for (const apart of [false, true]) {
      const where = apart ? "apart" : "as one";
      const model = modelOf(one, { apart, winograd: true });
      const predicted = await predict(model, x);
      expect(predicted, `other bits, ${where}`).not.toEqual(expected);
      expectClose(predicted, expected, tolerances.layer, where);
      for (const batchSize of [1, 7, 64]) expect(await predict(model, x, batchSize), where).toEqual(predicted);
    }
  });

  it.each(winograd)("trains within rounding as the direct one does: $what", async (one) => {
    await expectSameSteps(modelOf(one, { winograd: true }), modelOf(one, {}), dataOf(one));
  });
});
