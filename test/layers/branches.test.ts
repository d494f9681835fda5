import { describe, expect, it } from "vitest";
import { layers } from "wasm-cnn";
import { activation as activationOption } from "../../dist/activations/option.js";
import { layerFromConfig } from "../../dist/layers/registry.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";
import { expectLayer } from "./expectLayer.js";
import { runLayer } from "./harness.js";

describe("activations compute what Keras computes", () => {
  const { read } = activationOption();

  it.each(loadVectors("activations"))("$name $options", async ({ name, options, ...rest }) => {
    const config = options ? { class_name: name, config: options } : name;
    const activation = read!("test", config) as "relu";
    const layer = layers.activation({ activation });
    await expectLayer(layer, { ...rest, tolerance: tolerances.activation });
    expect(layer.config()).toEqual({ activation: config === "swish" ? "swish" : config });
  });
});

describe("layers that are activations compute what Keras computes, made from its configs", () => {
  it.each(loadVectors("activationLayers"))("$name", async ({ name: _, className, config, ...rest }) => {
    const layer = layerFromConfig(className, config);
    await expectLayer(layer, { ...rest, tolerance: tolerances.activation });
    expect(layer.config()).toMatchObject(config);
  });

  it.each(loadVectors("prelu"))("PReLU: $name", async ({ name: _, sharedAxes, w, dw, ...rest }) => {
    await expectLayer(layers.prelu({ sharedAxes }), { ...rest, weights: [w], dweights: [dw] });
  });
});

describe("merging layers compute what Keras computes", () => {
  it.each(loadVectors("merging"))("$name", async ({ className, config, xs, dxs, y, dy }) => {
    const layer = layerFromConfig(className, config);
    const [x, ...others] = xs;
    const [dx, ...dothers] = dxs;
    expect(layer.outputShape(xs.map(({ shape }) => shape.slice(1)))).toEqual(y.shape.slice(1));
    await expectLayer(layer, { x: x!, others, y, dy, dx: dx!, dothers });
    expect(layer.config()).toMatchObject(config);
  });
});

describe("ActivityRegularization computes what Keras computes", () => {
  it.each(loadVectors("activityRegularization"))("$name", async ({ l1, l2, x, penalty, dx }) => {
    const layer = layers.activityRegularization({ l1, l2 });
    const dy = { shape: x.shape, data: new Float32Array(x.data.length) };
    for (const shardSamples of [1, 3]) {
      const run = await runLayer(layer, { x, dy, shardSamples });
      expect(run.y).toEqual(x.data);
      const { absolute } = tolerances.layer;
      expect(Math.abs(run.penalty.reduce((sum, value) => sum + value, 0) / x.shape[0]! - penalty)).toBeLessThan(absolute);
      for (const [i, value] of run.dx.entries()) expect(Math.abs(value - dx.data[i]!)).toBeLessThan(absolute);
    }
  });
});

describe("merging layers refuse what does not fit", () => {
  it.each([
    [() => layers.add().outputShape([[3, 4], [3, 5]]), "expected inputs of equal sizes, or of size 1, along each axis, got (3, 4) and (3, 5)"],
    [() => layers.subtract().outputShape([[3], [3], [3]]), "expected two inputs, got 3"],
    [() => layers.concatenate().outputShape([[3, 4], [2, 4]]), "expected inputs of equal shapes, but for axis 2, got (3, 4) and (2, 4)"],
    [() => layers.concatenate({ axis: 0 }).outputShape([[3], [3]]), "expected axis from 1 to 1, or from -1 back, got 0 and the batch axis"],
    [() => layers.dot({ axes: 1 }).outputShape([[3], [4]]), "expected equal sizes along axes 1 and 1, got (3,) and (4,)"],
    [() => layers.softmax({ axis: [1, 3] }).outputShape([[2, 3, 4]]), "expected axes that are neighbours, each once, got (1, 3)"],
    [() => layers.prelu({ sharedAxes: [1, 3] }).outputShape([[2, 3, 4]]), "expected sharedAxes that are neighbours, got (1, 3)"],
  ])("%s", (act, message) => {
    expect(act).toThrow(new RangeError(message));
  });

  it("knows shapes with open sizes", () => {
    const open = Number.NaN;
    expect(layers.add().outputShape([[open, open, 4], [1, 1, 4]])).toEqual([open, open, 4]);
    expect(layers.concatenate().outputShape([[open, open, 4], [open, open, 3]])).toEqual([open, open, 7]);
  });
});
