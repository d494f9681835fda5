// Layers that are called with training: true compute as in training, whatever the model does.

import { describe, expect, it } from "vitest";
import { input, type Layer, layers, loadModel, Model, Sequential } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { normalizationForward } from "../reference/normalization.js";
import { random } from "../reference/random.js";
import { tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";

function modelOf(layer: Layer, shape: readonly number[], training?: boolean, seed = 1): Model {
  const x = input({ shape });
  return new Model({ inputs: x, outputs: layer.apply(x, training === undefined ? {} : { training }), seed });
}

const ones = { data: new Float32Array(20 * 50).fill(1), shape: [20, 50] };
const dropped = ({ data }: { data: Float32Array }) => data.filter((value) => value === 0).length / data.length;

describe("training: true in the call of", () => {
  it("dropout drops in predict, other elements each time, and the same ones for the same calls", async () => {
    const run = async (seed: number) => {
      const model = modelOf(layers.dropout({ rate: 0.3 }), [50], true, seed);
      return [await model.predict(ones), await model.predict(ones)] as const;
    };
    const [first, second] = await run(1);
    expect(dropped(first)).toBeGreaterThan(0.2);
    expect(dropped(first)).toBeLessThan(0.4);
    expect(first.data.find((value) => value !== 0)).toBeCloseTo(1 / 0.7, 6);
    expect(second.data).not.toEqual(first.data);
    expect((await run(1)).map(({ data }) => data)).toEqual([first.data, second.data]);
    expect((await run(2))[0].data).not.toEqual(first.data);
  });

  it("batch normalisation takes the statistics of the batch, and leaves the moving ones", async () => {
    const layer = layers.batchNormalization();
    const model = modelOf(layer, [3, 2, 4], true);
    const values = random(3);
    const x = values.tensor([40, 3, 2, 4]);
    const [gamma, beta] = [values.tensor([4]), values.tensor([4])];
    const moving = layer.getWeights().slice(2);
    layer.setWeights([...[gamma, beta].map(({ data }) => Float32Array.from(data)), ...moving]);
    const { data } = await model.predict({ data: Float32Array.from(x.data), shape: x.shape });
    const channel = (i: number) => i % 4;
    const expected = [x.data.slice(0, 32 * 24), x.data.slice(32 * 24)].flatMap((part) => {
      const batch = tensor([part.length / 24, 3, 2, 4], [...part]);
      const reference = { x: batch, gamma, beta, groupOf: channel, parameterOf: channel, epsilon: 1e-3 };
      return [...normalizationForward(reference).data];
    });
    expectClose(data, expected, tolerances.layer);
    expect(layer.getWeights().slice(2)).toEqual(moving);
  });

  it("a model counts for all layers in it, also where they were called with false", async () => {
    const x = input({ shape: [50] });
    const inner = new Model({
      inputs: x,
      outputs: layers.dropout({ rate: 0.5 }).apply(x, { training: false }),
    });
    expect(dropped(await inner.predict(ones))).toBe(0);
    expect(dropped(await modelOf(inner, [50], true).predict(ones))).toBeGreaterThan(0.4);
    const other = new Sequential([layers.dropout({ rate: 0.5, inputShape: [50] })]);
    expect(dropped(await modelOf(other, [50]).predict(ones))).toBe(0);
    expect(dropped(await modelOf(other, [50], true).predict(ones))).toBeGreaterThan(0.4);
    expect(dropped(await modelOf(other, [50], false).predict(ones))).toBe(0);
  });

  it.each(["keras", "h5"] as const)("a layer is read from .%s and written to it", async (format) => {
    const model = modelOf(layers.dropout({ rate: 0.5 }), [50], true);
    const bytes = await model.toBytes(format);
    const again = await loadModel(bytes);
    expect(dropped(await again.predict(ones))).toBeGreaterThan(0.4);
    expect((await again.snapshot()).layers.at(-1)!.calls![0]!.training).toBe(true);
  });

  it("layers gives the same bits for every number of threads", async () => {
    const run = async (threads: number) => {
      const x = input({ shape: [6, 6, 3] });
      const normal = layers.batchNormalization().apply(layers.conv2d({ filters: 4, kernelSize: 3 }).apply(x), {
        training: true,
      });
      const outputs = layers.dropout({ rate: 0.5 }).apply(layers.flatten().apply(normal), { training: true });
      const model = new Model({ inputs: x, outputs, seed: 5 });
      model.compile({ loss: "meanSquaredError", threads });
      const images = random(2).tensor([32, 6, 6, 3]);
      const { data } = await model.predict({ data: Float32Array.from(images.data), shape: images.shape });
      return data;
    };
    const alone = await run(0);
    expect(alone.some((value) => value !== 0)).toBe(true);
    for (const threads of [1, 3]) expect(await run(threads)).toEqual(alone);
  });
});
