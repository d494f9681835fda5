import { describe, expect, it } from "vitest";
import { Named } from "../../dist/base/named.js";
import { fillWeight } from "../../dist/engine/memory/initialize.js";
import type { Initializer } from "../../dist/engine/program/weight.js";
import { initializerFromConfig } from "../../dist/initializers/fromConfig.js";
import * as initializers from "../../dist/initializers/index.js";
import { type InitializerName, resolveInitializer } from "../../dist/initializers/resolve.js";
import * as layers from "../../dist/layers/index.js";
import { knowLayers, layerFromConfig } from "../../dist/layers/registry.js";
import { Sequential } from "../../dist/model/sequential.js";
import { loadVectors } from "../vectors/load.js";

knowLayers(layers);

const POSITION = [2, 0] as const;

async function byName(name: string): Promise<Initializer> {
  const found = resolveInitializer("test", name);
  await (found as { load?: () => Promise<void> }).load?.();
  return found;
}

/** Mean, standard deviation and greatest size of many numbers of a weight. */
function statistics(initializer: Initializer, shape: readonly number[]) {
  const all: number[] = [];
  for (let seed = 0; all.length < 60_000; seed++) all.push(...fillWeight(initializer, shape, seed, POSITION));
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length;
  return { count: all.length, mean, stddev: Math.sqrt(variance), greatest: Math.max(...all.map(Math.abs)) };
}

it.each([
  ["zero", "Zeros"],
  ["one", "Ones"],
  ["normal", "RandomNormal"],
  ["uniform", "RandomUniform"],
] as const)("%s is another name of %s, as in Keras", (name, className) => {
  expect(resolveInitializer("test", name).className).toBe(className);
});

describe("initializers draw from Keras' distributions", () => {
  it.each(loadVectors("initializers"))("$name", async ({ className, config, shape, stddev, limit, mean }) => {
    const initializer = initializerFromConfig("test", { class_name: className, config: { ...config, seed: 3 } });
    await (initializer as { load?: () => Promise<void> }).load?.();
    const drawn = statistics(initializer, shape);
    // Five standard errors; fourth moments are at most three times the variance squared.
    expect(Math.abs(drawn.mean - mean)).toBeLessThan((5 * stddev) / Math.sqrt(drawn.count));
    expect(Math.abs(drawn.stddev - stddev)).toBeLessThan((5 * stddev) / Math.sqrt(2 * drawn.count));
    if (limit !== null) {
      expect(drawn.greatest).toBeLessThanOrEqual(Math.fround(limit * (1 + 1e-6)));
      expect(drawn.greatest).toBeGreaterThan(limit * 0.99);
    }
    expect(initializer.config?.()).toEqual({ ...config, seed: 3 });
  });
});

describe("initializers that draw nothing", () => {
  it.each(loadVectors("fixedInitializers"))("make what Keras' do: $name", async ({ className, config, w }) => {
    const initializer = initializerFromConfig("test", { class_name: className, config });
    await (initializer as { load?: () => Promise<void> }).load?.();
    expect(fillWeight(initializer, w.shape, 1, POSITION)).toEqual(w.data);
    expect(initializer.config?.()).toEqual(config);
  });

  it("are constants and the identity", () => {
    const fill = (initializer: Initializer, shape: number[]) => [...fillWeight(initializer, shape, 1, POSITION)];
    expect(fill(new initializers.Zeros(), [2, 2])).toEqual([0, 0, 0, 0]);
    expect(fill(new initializers.Ones(), [3])).toEqual([1, 1, 1]);
    expect(fill(new initializers.Constant({ value: -2.5 }), [2])).toEqual([-2.5, -2.5]);
    expect(fill(new initializers.Identity({ gain: 3 }), [2, 3])).toEqual([3, 0, 0, 0, 3, 0]);
    expect(() => fill(new initializers.Identity(), [2, 2, 2])).toThrow(/Identity: expected a weight of two axes, got/);
  });
});

describe("Orthogonal", () => {
  it.each([[[5, 3]], [[3, 5]], [[4, 4]], [[3, 3, 2, 7]], [[1, 1, 2, 9]]])("makes %j orthogonal", (shape) => {
    const columns = shape.at(-1)!;
    const w = fillWeight(new initializers.Orthogonal({ gain: 2 }), shape, 1, POSITION);
    const rows = w.length / columns;
    const at = (i: number, j: number) => (rows < columns ? w[i * columns + j]! : w[j * columns + i]!);
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        let product = 0;
        for (let k = 0; k < length; k++) product += at(i, k) * at(j, k);
        expect(product).toBeCloseTo(i === j ? 4 : 0, 5);
      }
    }
  });

  it("needs two axes", () => {
    expect(() => fillWeight(new initializers.Orthogonal(), [3], 1, POSITION)).toThrow(/at least two axes/);
  });
});

describe("names", () => {
  it.each<InitializerName[]>([
    ["heNormal", "he_normal"],
    ["lecunUniform", "lecun_uniform"],
    ["varianceScaling", "variance_scaling"],
    ["glorotUniform", "glorot_uniform"],
  ])("%s and %s are one initializer", async (camel, snake) => {
    const [one, other] = [await byName(camel), await byName(snake)];
    expect(one.className).toBe(other.className);
    expect(one.config?.()).toEqual(other.config?.());
    expect(fillWeight(one, [3, 4], 1, POSITION)).toEqual(fillWeight(other, [3, 4], 1, POSITION));
  });

  it("are all those of Keras that there are", async () => {
    for (const each of Object.values(initializers)) {
      if (!("className" in each)) continue;
      const found = await byName(each.className);
      expect(found.className).toBe(each.className);
      expect(found.config?.()).toEqual(new each().config());
    }
  });

  it("that no initializer has are refused, and other kinds of values", () => {
    expect(() => resolveInitializer("dense.kernelInitializer", "he")).toThrow(
      /^dense.kernelInitializer: expected "zeros" or .*"identity", or an initializer, got "he"; register a class of your own with registerInitializer first$/,
    );
    expect(() => resolveInitializer("x", 3)).toThrow(TypeError);
  });

  it("say what to wait for where they are imported first", () => {
    const he = new Named("HeNormal", {}, async () => new initializers.HeNormal());
    expect(() => he.found).toThrow(/^HeNormal: expected it to be imported, got a use before that; await model.ready/);
  });
});

describe("options and configs", () => {
  it("are checked", () => {
    expect(() => new initializers.VarianceScaling({ mode: "fan" as never })).toThrow(
      'VarianceScaling.mode: expected "fan_in" or "fan_out" or "fan_avg", got "fan"',
    );
    expect(() => new initializers.RandomNormal({ stddev: -1 })).toThrow(RangeError);
    expect(() => new initializers.HeNormal({ seed: 1 } as never)).toThrow(TypeError);
    expect(() => initializerFromConfig("x", { class_name: "RandomNormal", config: { stdev: 1 } })).toThrow(
      "expected no stdev, got 1",
    );
  });

  it("take camel case", () => {
    const given = { mode: "fanAvg", distribution: "untruncatedNormal" } as const;
    expect(new initializers.VarianceScaling(given).config()).toEqual({
      scale: 1,
      mode: "fan_avg",
      distribution: "untruncated_normal",
    });
  });

  it("of all dialects are read", async () => {
    const keras3 = {
      module: "keras.initializers",
      class_name: "HeNormal",
      config: { seed: null },
      registered_name: null,
    };
    const tfjs = { className: "LeCunNormal", config: { seed: 1 } };
    for (const [value, className, config] of [
      [keras3, "HeNormal", {}],
      [tfjs, "LecunNormal", { seed: 1 }],
      ["he_uniform", "HeUniform", {}],
    ] as const) {
      const layer = layerFromConfig("Dense", { units: 2, kernel_initializer: value });
      await layer.load();
      expect(layer.config().kernel_initializer).toEqual({ class_name: className, config });
    }
  });

  it("of the user's own are kept as they are", () => {
    const own: Initializer = { className: "Own", fill: (weight) => weight.data.set([1, 2, 3, 4]) };
    expect(resolveInitializer("x", own)).toBe(own);
  });
});

it("GlorotUniform keeps its numbers", () => {
  const w = fillWeight(new initializers.GlorotUniform(), [3, 5], 1, [0, 0]);
  const limit = Math.sqrt(6 / 8);
  expect(w.every((x) => Math.abs(x) <= limit)).toBe(true);
  const scaled = { class_name: "VarianceScaling", config: { scale: 1, mode: "fan_avg", distribution: "uniform" } };
  expect(fillWeight(initializerFromConfig("x", scaled), [3, 5], 1, [0, 0])).toEqual(w);
  const own = new initializers.VarianceScaling({ mode: "fan_avg", distribution: "uniform" });
  expect(fillWeight(own, [3, 5], 1, [0, 0])).toEqual(w);
});

it("known by name make the weights of a model that has done nothing yet, in Node", async () => {
  const classes = Object.values(initializers).filter((each) => "className" in each && each.className !== "Constant");
  expect(classes.length).toBeGreaterThan(10);
  for (const Initializer of classes as (new () => Initializer & { className: string })[]) {
    const model = (kernelInitializer: Initializer | InitializerName) =>
      new Sequential([layers.dense({ units: 3, inputShape: [4], kernelInitializer })], { seed: 7 });
    const given = new Initializer();
    const named = model((given.className[0]!.toLowerCase() + given.className.slice(1)) as InitializerName);
    expect(named.getWeights()[0]!.data, given.className).toEqual(model(given).getWeights()[0]!.data);
    await named.ready();
  }
});
