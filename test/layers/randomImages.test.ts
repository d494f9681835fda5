import { describe, expect, it } from "vitest";
import { type Layer, layers } from "wasm-cnn";
import { random } from "../reference/random.js";
import { expectGradients } from "./expectGradients.js";
import { runLayer } from "./harness.js";

function layerOf(layer: string, options: object): Layer {
  const make = layers[layer as keyof typeof layers] as unknown as (options: object) => Layer;
  return make(options);
}

const GEOMETRIC: readonly (readonly [name: string, make: (seed?: number) => Layer])[] = [
  ["randomFlip", (seed = 1) => layers.randomFlip({ seed })],
  ["randomTranslation", (seed = 1) => layers.randomTranslation({ heightFactor: 0.6, widthFactor: 0.4, seed })],
  ["randomRotation", (seed = 1) => layers.randomRotation({ factor: 0.3, fillMode: "constant", fillValue: 2, seed })],
  ["randomZoom", (seed = 1) => layers.randomZoom({ heightFactor: 0.5, fillMode: "wrap", seed })],
  ["randomShear", (seed = 1) => layers.randomShear({ xFactor: 0.5, yFactor: 0.3, fillMode: "nearest", seed })],
  ["nearest", (seed = 1) => layers.randomRotation({ factor: 0.3, interpolation: "nearest", seed })],
  ["randomCrop", (seed = 1) => layers.randomCrop({ height: 3, width: 2, seed })],
];
const OTHERS: readonly (readonly [name: string, make: (seed?: number) => Layer])[] = [
  ["randomContrast", (seed = 1) => layers.randomContrast({ factor: 0.5, seed })],
  ["randomBrightness", (seed = 1) => layers.randomBrightness({ factor: 0.5, seed })],
  ["randomSaturation", (seed = 1) => layers.randomSaturation({ factor: [0.2, 0.7], seed })],
  ["randomHue", (seed = 1) => layers.randomHue({ factor: 0.7, seed })],
  ["randomColorDegeneration", (seed = 1) => layers.randomColorDegeneration({ factor: 0.7, seed })],
  ["randomColorJitter", (seed = 1) => layers.randomColorJitter({ brightnessFactor: 0.3, hueFactor: 0.5, seed })],
  ["randomErasing", (seed = 1) => layers.randomErasing({ factor: [1, 1], seed })],
  ["randomGaussianBlur", (seed = 1) => layers.randomGaussianBlur({ factor: [1, 1], seed })],
  ["randomSharpness", (seed = 1) => layers.randomSharpness({ factor: 0.4, seed })],
  ["solarization", (seed = 1) => layers.solarization({ additionFactor: 0.4, seed })],
];
const SHAPE = [6, 5, 4, 3];

describe.each([...GEOMETRIC, ...OTHERS])("%s", (_, make) => {
  const x = {
    shape: SHAPE,
    data: random(1)
      .tensor(SHAPE)
      .data.map((value) => 60 + 50 * value),
  };
  const keys = { seed: 2 ** 32 + 5, position: 3, iterations: 17, wantsGradient: false };

  it("has other images for another seed, position or step, and for another seed of its own", async () => {
    const one = await runLayer(make(), { x, ...keys });
    const same = await runLayer(make(), { x, ...keys });
    expect(same.y).toEqual(one.y);
    for (const other of [{ seed: 2 }, { position: 1 }, { iterations: 1 }]) {
      expect((await runLayer(make(), { x, ...keys, ...other })).y).not.toEqual(one.y);
    }
    expect((await runLayer(make(2), { x, ...keys })).y).not.toEqual(one.y);
  });

  it("gives each sample numbers of its own", async () => {
    const data = x.data.map((_, i) => x.data[i % 60]!);
    const { y } = await runLayer(make(), { x: { shape: SHAPE, data }, ...keys });
    const size = y.length / 6;
    const texts = new Set([0, 1, 2, 3, 4, 5].map((n) => y.subarray(n * size, (n + 1) * size).join()));
    expect(texts.size).toBeGreaterThan(1);
  });
});

describe.each(GEOMETRIC)("%s", (name, make) => {
  const x = random(1).tensor(SHAPE);
  const dy = random(2).tensor([6, ...make().outputShape([SHAPE.slice(1)])]);

  it("has the gradient of its forward pass", async () => {
    await expectGradients(make(), [3, 4, 5, 3]);
  });

  it("has the same bits with any number of threads, forward and backward", async () => {
    const whole = await runLayer(make(), { x, dy });
    for (const [shardSamples, threads] of name === "randomRotation" || name === "randomCrop"
      ? [
          [1, 1],
          [2, 3],
        ]
      : [[1, 0]]) {
      const run = await runLayer(make(), { x, dy, shardSamples: shardSamples!, threads: threads! });
      expect(run.y).toEqual(whole.y);
      expect(run.dx).toEqual(whole.dx);
    }
  });
});

describe.each(OTHERS)("%s", (_, make) => {
  it("is refused where a gradient is needed", async () => {
    await expect(runLayer(make(), { x: random(1).tensor(SHAPE) })).rejects.toThrow(
      /^layer "\w+": expected images that no trained layer makes, got some: \w+ has no gradient; put it first$/,
    );
  });
});

describe("what works at inference only", () => {
  it.each(["mixUp", "cutMix", "randAugment", "augMix", "randomPerspective", "randomElasticTransform"])(
    "refuses to train with %s by name",
    async (name) => {
      const run = runLayer(layerOf(name, {}), { x: random(1).tensor([2, 3, 3, 3]) });
      await expect(run).rejects.toThrow(`expected a layer that can be trained with, got ${name}`);
    },
  );
});

describe("distributions", () => {
  const COUNT = 2000;
  /** 0, 1, 2, ... in each image. */
  const ramp = (height: number, width: number) => {
    const size = height * width;
    return { shape: [COUNT, height, width, 1], data: Float64Array.from({ length: COUNT * size }, (_, i) => i % size) };
  };
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length] as const;
  };
  const first = (y: Float32Array) => Array.from({ length: COUNT }, (_, n) => y[(n * y.length) / COUNT]!);

  it("flips one half of the images", async () => {
    const { y } = await runLayer(layers.randomFlip({ mode: "horizontal" }), { x: ramp(1, 4) });
    const flipped = first(y).filter((value) => value === 3).length / COUNT;
    expect(Math.abs(flipped - 0.5)).toBeLessThan(0.04);
  });

  it("crops at all places alike", async () => {
    const { y } = await runLayer(layers.randomCrop({ height: 2, width: 3 }), { x: ramp(4, 5) });
    const counts = new Map<number, number>();
    for (const value of first(y)) counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 5, 6, 7, 10, 11, 12]);
    for (const count of counts.values()) expect(Math.abs(count / COUNT - 1 / 9)).toBeLessThan(0.03);
  });

  it("moves by even numbers between the bounds", async () => {
    const layer = layers.randomTranslation({ heightFactor: 0, widthFactor: [-0.4, 0.2], fillMode: "nearest" });
    const { y } = await runLayer(layer, { x: ramp(1, 10) });
    // The middle pixel reads 5 - 10 d.
    const moved = Array.from({ length: COUNT }, (_, n) => 5 - y[10 * n + 5]!);
    const [mean, variance] = moments(moved);
    expect(Math.min(...moved)).toBeGreaterThanOrEqual(-4.00001);
    expect(Math.max(...moved)).toBeLessThanOrEqual(2.00001);
    expect(Math.abs(mean - -1)).toBeLessThan(0.15);
    expect(Math.abs(variance - 3)).toBeLessThan(0.25);
  });

  it("brightens by even numbers between the bounds", async () => {
    const x = { shape: [COUNT, 1, 1, 1], data: new Float64Array(COUNT).fill(100) };
    const { y } = await runLayer(layers.randomBrightness({ factor: 0.2 }), { x, wantsGradient: false });
    const [mean, variance] = moments(first(y).map((value) => (value - 100) / 255));
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 0.4 ** 2 / 12)).toBeLessThan(0.001);
  });

  it("makes the share gray that it is told to", async () => {
    const x = { shape: [COUNT, 1, 1, 3], data: Float64Array.from({ length: 3 * COUNT }, (_, i) => i % 3) };
    const { y } = await runLayer(layers.randomGrayscale({ factor: 0.3 }), { x, wantsGradient: false });
    expect(Math.abs(first(y).filter((value) => value > 0).length / COUNT - 0.3)).toBeLessThan(0.04);
  });
});

describe("wrong options", () => {
  it.each([
    ["randomRotation", { factor: 1.5 }, "randomRotation.factor: expected a finite number from -1 to 1, got 1.5"],
    [
      "randomRotation",
      { factor: [2, 3] },
      "randomRotation.factor: expected a number or [lower, upper] that reaches into -1 .. 1, got [2, 3]",
    ],
    [
      "randomZoom",
      { heightFactor: -1 },
      "randomZoom.heightFactor: expected a finite number from -0.999999 to 1, got -1",
    ],
    [
      "randomFlip",
      { mode: "both" },
      'randomFlip.mode: expected "horizontal" or "vertical" or "horizontal_and_vertical", got "both"',
    ],
    ["randomGaussianBlur", { kernelSize: 2 }, "randomGaussianBlur.kernelSize: expected odd numbers, got [2, 2]"],
    [
      "randomContrast",
      { factor: 0.1, valueRange: [1, 1] },
      "randomContrast.valueRange: expected [least, greatest], got [1, 1]",
    ],
    ["randomErasing", { fillValue: [1, 2] }, "randomErasing.fillValue: expected a number or three of them, got [1, 2]"],
  ])("%s %o", (layer, options, message) => {
    expect(() => layerOf(layer, options)).toThrow(message);
  });
});
