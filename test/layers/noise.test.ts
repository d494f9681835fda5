import { describe, expect, it } from "vitest";
import { type Layer, layers } from "wasm-cnn";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { expectGradients } from "./expectGradients.js";
import { type LayerRunOptions, runLayer } from "./harness.js";

const SHAPE = [5, 3, 4, 7];
const CASES: readonly (readonly [name: string, make: (seed?: number) => Layer])[] = [
  ["dropout", (seed = 1) => layers.dropout({ rate: 0.4, seed })],
  ["dropout of rows", (seed = 1) => layers.dropout({ rate: 0.4, noiseShape: [null, null, 1, null], seed })],
  ["dropout of all samples alike", (seed = 1) => layers.dropout({ rate: 0.4, noiseShape: [1, null, null, 1], seed })],
  ["spatialDropout2d", (seed = 1) => layers.spatialDropout2d({ rate: 0.4, seed })],
  ["gaussianNoise", (seed = 1) => layers.gaussianNoise({ stddev: 0.3, seed })],
  ["gaussianDropout", (seed = 1) => layers.gaussianDropout({ rate: 0.3, seed })],
  ["alphaDropout", (seed = 1) => layers.alphaDropout({ rate: 0.3, seed })],
  [
    "alphaDropout of columns",
    (seed = 1) => layers.alphaDropout({ rate: 0.3, noiseShape: [null, 1, null, null], seed }),
  ],
];

describe.each(CASES)("%s", (_, make) => {
  const x = random(1).tensor(SHAPE);
  const dy = random(2).tensor(SHAPE);
  const keys = { seed: 2 ** 32 + 5, position: 3, iterations: 17 };

  it("has the same numbers in shards of any size, with any number of threads, forward and backward", async () => {
    const whole = await runLayer(make(), { x, dy, ...keys });
    expect(whole.y).not.toEqual(Float32Array.from(x.data));
    for (const shardSamples of [1, 2, 3]) {
      const run = await runLayer(make(), { x, dy, shardSamples, ...keys, threads: shardSamples === 1 ? 2 : 0 });
      expect(run.y).toEqual(whole.y);
      expect(run.dx).toEqual(whole.dx);
    }
  });

  it("has others for another seed, position or step, and for another seed of its own", async () => {
    const one = await runLayer(make(), { x });
    const keys: Partial<LayerRunOptions>[] = [{ seed: 2 }, { seed: 1 + 2 ** 32 }, { position: 1 }, { iterations: 1 }];
    for (const other of keys) expect((await runLayer(make(), { x, ...other })).y).not.toEqual(one.y);
    expect((await runLayer(make(2), { x })).y).not.toEqual(one.y);
  });

  it("has the gradient of its forward pass", async () => {
    await expectGradients(make(), [2, 2, 2, 3]);
  });

  it("is the identity at inference", async () => {
    const { y } = await runLayer(make(), { x, training: false });
    expect(y).toEqual(Float32Array.from(x.data));
  });
});

describe("dropout", () => {
  const ones = tensor([40, 5, 20], new Float64Array(4000).fill(1));
  const share = (values: Float32Array, value: number) => values.filter((each) => each === value).length / values.length;

  it("drops about the share it is told to, and scales the rest", async () => {
    const { y } = await runLayer(layers.dropout({ rate: 0.25 }), { x: ones, shardSamples: 7 });
    expect(new Set(y)).toEqual(new Set([0, Math.fround(4 / 3)]));
    expect(Math.abs(share(y, 0) - 0.25)).toBeLessThan(0.03);
  });

  it("drops whole axes where the noise has size 1", async () => {
    const { y } = await runLayer(layers.spatialDropout1d({ rate: 0.5 }), { x: ones, shardSamples: 7 });
    expect(Math.abs(share(y, 0) - 0.5)).toBeLessThan(0.06);
    for (let n = 0; n < 40; n++) {
      for (let c = 0; c < 20; c++) {
        const channel = [0, 1, 2, 3, 4].map((step) => y[(n * 5 + step) * 20 + c]);
        expect(new Set(channel).size).toBe(1);
      }
    }
  });

  it("drops the same of all samples where the noise has one", async () => {
    const { y } = await runLayer(layers.dropout({ rate: 0.5, noiseShape: [1, null, null] }), {
      x: ones,
      shardSamples: 7,
    });
    const first = y.subarray(0, 100);
    expect(new Set(first).size).toBe(2);
    for (let n = 1; n < 40; n++) expect(y.subarray(100 * n, 100 * (n + 1))).toEqual(first);
  });

  it("gives zeros at rate 1, the input at rate 0", async () => {
    for (const noiseShape of [null, [null, 1, 1]]) {
      const none = await runLayer(layers.dropout({ rate: 1, noiseShape }), { x: ones, dy: ones });
      expect([new Set(none.y), new Set(none.dx)]).toEqual([new Set([0]), new Set([0])]);
      const all = await runLayer(layers.dropout({ rate: 0, noiseShape }), { x: ones });
      expect(all.y).toEqual(Float32Array.from(ones.data));
    }
  });

  it("keeps mean and variance as alpha dropout", async () => {
    const x = random(7).tensor([50, 400]);
    const normal = tensor(
      x.shape,
      x.data.map((value) => value * 3),
    );
    const moments = (values: ArrayLike<number>) => {
      const mean = Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
      return [mean, Array.from(values).reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length] as const;
    };
    const { y } = await runLayer(layers.alphaDropout({ rate: 0.2 }), { x: normal });
    const [before, after] = [moments(normal.data), moments(y)];
    expect(Math.abs(after[0] - before[0])).toBeLessThan(0.05);
    expect(Math.abs(after[1] - before[1])).toBeLessThan(0.1);
    // Two numbers stand for all that are dropped and kept: a (-1.758) + b, and a x + b, as Keras computes them.
    const a = (0.8 * (1 + 0.2 * 1.7580993408473766 ** 2)) ** -0.5;
    const b = a * 1.7580993408473766 * 0.2;
    const dropped = Math.fround(a * -1.7580993408473766 + b);
    const expected = y.map((value, i) => (Math.abs(value - dropped) < 1e-6 ? dropped : a * normal.data[i]! + b));
    expectClose(y, expected, tolerances.layer);
    expect(Math.abs(share(y, dropped) - 0.2)).toBeLessThan(0.02);
  });

  it("reads and writes Keras' configs", () => {
    for (const [className, config] of [
      ["Dropout", { rate: 0.5, seed: null, noise_shape: null }],
      ["Dropout", { rate: 0.5, seed: 7, noise_shape: [null, 1, 4] }],
      ["SpatialDropout1D", { rate: 0.5, seed: null }],
      ["SpatialDropout2D", { rate: 0.5, seed: null, data_format: "channels_last" }],
      ["GaussianNoise", { stddev: 0.5, seed: null }],
      ["GaussianDropout", { rate: 0.5, seed: null }],
      ["AlphaDropout", { rate: 0.5, seed: 3, noise_shape: null }],
      ["ActivityRegularization", { l1: 0.5, l2: 0 }],
    ] as const) {
      expect(layerFromConfig(className, { ...config, dtype: "float32" }).config()).toEqual(config);
    }
    expect(() => layerFromConfig("SpatialDropout2D", { rate: 0.5, data_format: "channels_first" })).toThrow(RangeError);
  });

  it.each([
    [() => layers.dropout({ rate: 1.5 }), "dropout.rate: expected a finite number from 0 to 1, got 1.5"],
    [() => layers.gaussianDropout({ rate: 1 }), "gaussianDropout.rate: expected a number from 0 to below 1, got 1"],
    [() => layers.alphaDropout({ rate: 1 }), "alphaDropout.rate: expected a number from 0 to below 1, got 1"],
    [
      () => layers.dropout({ rate: 0.5, noiseShape: [null, 2] }).outputShape([[3]]),
      "expected a noiseShape of 1 or the size of (None, 3) along each axis, got [null, 2]",
    ],
    [() => layers.spatialDropout2d({ rate: 0.5 }).outputShape([[3]]), "expected an input of shape (H, W, C), got (3,)"],
  ])("refuses: %s", (act, message) => {
    expect(act).toThrow(new RangeError(message));
  });
});
