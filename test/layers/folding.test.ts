import { describe, expect, it } from "vitest";
import { type Layer, layers, Sequential } from "wasm-cnn";
import type { Weight } from "../../dist/engine/program/weight.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { sizeOf } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";

type Options = { scale?: boolean; center?: boolean; epsilon?: number };

/** Weights of a layer on such inputs; variances are positive. */
function weightsOf(layer: Layer, shape: readonly number[], seed: number): Float32Array[] {
  const source = random(seed);
  return layer.weightSpecs([shape]).map(({ name, shape: size }) => {
    const values = Float32Array.from(source.tensor(size).data);
    return name === "moving_variance" ? values.map((x) => x * x + 0.1) : values;
  });
}

const x = (shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 1.7)),
});

/** The same model recorded layer by layer: what each gives is asked for, so that none can be part of another. */
async function apart(model: Sequential, input: ReturnType<typeof x>): Promise<Float32Array> {
  const values = await model.activations(input);
  return Object.values(values).at(-1)!.data as Float32Array;
}

const CASES: [string, () => Layer[], readonly number[]][] = [
  ["conv2d 3 x 3", () => [layers.conv2d({ filters: 8, kernelSize: 3 })], [7, 6, 4]],
  [
    "conv2d without bias, strided",
    () => [layers.conv2d({ filters: 5, kernelSize: 3, strides: 2, useBias: false })],
    [9, 8, 3],
  ],
  ["conv2d in groups", () => [layers.conv2d({ filters: 6, kernelSize: 2, groups: 3 })], [5, 5, 6]],
  ["conv2d dilated", () => [layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2 })], [6, 7, 2]],
  [
    "depthwiseConv2d",
    () => [layers.depthwiseConv2d({ kernelSize: 3, padding: "same", depthMultiplier: 2 })],
    [6, 5, 3],
  ],
  ["dense", () => [layers.dense({ units: 9 })], [7]],
];
const NORMALIZATIONS: Options[] = [
  {},
  { scale: false },
  { center: false, epsilon: 0.1 },
  { scale: false, center: false },
];

describe.each(CASES)("batch normalisation after %s at inference", (_name, make, shape) => {
  it.each(NORMALIZATIONS)("is part of it: %j", async (options) => {
    const [layer] = make();
    const normalization = layers.batchNormalization(options);
    const output = layer!.outputShape([shape]);
    const follower = { layer: normalization, weights: [] as Weight[], training: false };
    expect(layer!.fuse([follower], false)?.count).toBe(1);
    const pool = output.length === 3 ? [layers.maxPooling2d({ poolSize: 2 })] : [];
    const model = new Sequential([layer!, normalization, ...pool]);
    const input = x([3, ...shape]);
    await model.predict(input);
    model.setWeights([...weightsOf(layer!, shape, 1), ...weightsOf(normalization, output, 2)]);
    const predicted = await model.predict(input);
    const expected = await apart(model, input);
    expect(expected.some((value) => Math.abs(value) > 0.1)).toBe(true);
    expectClose(predicted.data, expected, tolerances.layerWinograd, "y");
  });
});

describe("relu and relu6 at inference", () => {
  const makers = {
    "a strided conv2d": () => layers.conv2d({ filters: 8, kernelSize: 3, strides: 2 }),
    "conv2d in Winograd's form": () => layers.conv2d({ filters: 16, kernelSize: 3 }),
    "conv2d dilated": () => layers.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2 }),
    "depthwiseConv2d 3 x 3": () => layers.depthwiseConv2d({ kernelSize: 3, padding: "same" }),
    "depthwiseConv2d 5 x 5": () => layers.depthwiseConv2d({ kernelSize: 5, padding: "same" }),
    dense: () => layers.dense({ units: 9 }),
  } satisfies Record<string, () => Layer>;
  const relus = {
    relu: () => layers.relu(),
    "relu to 1.5": () => layers.relu({ maxValue: 1.5 }),
    "relu6 by name": () => layers.activation({ activation: "relu6" }),
  };

  it.each(Object.keys(makers).flatMap((layer) => Object.keys(relus).map((relu) => [layer, relu] as const)))(
    "%s with batch normalisation and %s give what they give apart",
    async (layer, relu) => {
      const [first, last] = [makers[layer as keyof typeof makers](), relus[relu as keyof typeof relus]()];
      const normalization = layers.batchNormalization();
      const shape = [10, 11, 8];
      const model = new Sequential([first, normalization, last]);
      const input = x([3, ...shape]);
      await model.predict(input);
      const output = first.outputShape([shape]);
      model.setWeights([...weightsOf(first, shape, 1), ...weightsOf(normalization, output, 2)]);
      const predicted = await model.predict(input);
      const expected = await apart(model, input);
      expect(new Set(expected).size, "numbers between the bounds").toBeGreaterThan(10);
      expectClose(predicted.data, expected, tolerances.layerWinograd, "y");
    },
  );
});

describe("what is not folded", () => {
  const follower = (layer: Layer, training: boolean) => ({ layer, weights: [] as Weight[], training });
  const normalization = () => layers.batchNormalization();

  it("normalisation in training", () => {
    const layer = layers.conv2d({ filters: 2, kernelSize: 3 });
    expect(layer.fuse([follower(normalization(), true)], true)).toBeUndefined();
    expect(layer.fuse([follower(normalization(), true)], false)).toBeUndefined();
    expect(layer.fuse([follower(normalization(), false)], true)).toBeUndefined();
  });

  it("normalisation after another activation", () => {
    const layer = layers.conv2d({ filters: 2, kernelSize: 3, activation: "relu" });
    expect(layer.fuse([follower(normalization(), false)], false)).toBeUndefined();
    expect(
      layers.dense({ units: 2, activation: "relu" }).fuse([follower(normalization(), false)], false),
    ).toBeUndefined();
  });

  it("but pooling after normalisation is", () => {
    const layer = layers.conv2d({ filters: 2, kernelSize: 3 });
    const both = [follower(normalization(), false), follower(layers.maxPooling2d(), false)];
    expect(layer.fuse(both, false)?.count).toBe(2);
  });
});

it("new weights are folded in anew", async () => {
  const [layer, normalization] = [layers.dense({ units: 3, inputShape: [4] }), layers.batchNormalization()];
  const model = new Sequential([layer, normalization]);
  const input = x([2, 4]);
  const before = (await model.predict(input)).data.slice();
  const weights = model.getWeights().map(({ data }) => data);
  weights[3] = weights[3]!.map(() => 5);
  model.setWeights(weights);
  const after = (await model.predict(input)).data;
  expectClose(
    after,
    before.map((value) => value + 5),
    tolerances.layer,
    "beta of 5",
  );
});
