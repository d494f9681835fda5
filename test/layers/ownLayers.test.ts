import { describe, expect, it } from "vitest";
import {
  Block,
  cloneModel,
  defineBlock,
  input,
  layers,
  Model,
  modelFromBytes,
  options,
  registerLayer,
  Sequential,
  type SymbolicTensor,
} from "wasm-cnn";
import { writeOnnx } from "wasm-cnn/files/onnx";
import { assertGradients } from "wasm-cnn/testing";
import { expectClose } from "../expectClose.js";
import { decodeOnnx, runOnnx, toNchw } from "../files/runOnnx.js";
import { random } from "../reference/random.js";
import { toTensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";

/** y = relu(batchNorm(conv(dropout(batchNorm(conv(x))))) + x). Shapes: (H, W, filters), unchanged. */
class ResidualBlock extends defineBlock("ResidualBlock", {
  /** Channels of input and output. */
  filters: options.integer(1),
  /** Default 0. */
  rate: options.optional(options.number(0, 1), 0),
}) {
  call(x: SymbolicTensor): SymbolicTensor {
    const { filters, rate } = this;
    let y = layers.conv2d({ filters, kernelSize: 3, padding: "same", useBias: false }).apply(x);
    y = layers.batchNormalization().apply(y);
    y = layers.dropout({ rate }).apply(y);
    y = layers.conv2d({ filters, kernelSize: 3, padding: "same" }).apply(y);
    return layers.relu().apply(layers.add().apply([layers.dropout({ rate }).apply(y), x]));
  }
}
registerLayer(ResidualBlock);

const x = { data: Float32Array.from(random(1).tensor([6, 5, 4, 3]).data), shape: [6, 5, 4, 3] };
const y = random(2).oneHot(6, 2);

function make(): Sequential {
  const model = new Sequential(
    [
      new ResidualBlock({ filters: 3, name: "first", inputShape: [5, 4, 3] }),
      new ResidualBlock({ filters: 3, rate: 0.25, name: "second" }),
      layers.globalAveragePooling2d(),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
    { seed: 3 },
  );
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  return model;
}

describe("a layer in terms of others", () => {
  it("is one layer, with the weights of those in it under names of its own", () => {
    const model = make();
    expect(model.layers).toHaveLength(4);
    const names = ["conv2d/kernel", "batch_normalization/gamma", "batch_normalization/beta"];
    const moving = ["batch_normalization/moving_mean", "batch_normalization/moving_variance"];
    expect(model.layers[0]!.getWeights().map(({ name }) => name)).toEqual([
      ...[...names, ...moving, "conv2d_1/kernel", "conv2d_1/bias"],
    ]);
    expect(model.countParams()).toBe(2 * (81 + 12 + 84) + 8);
    expect(model.summary({ print: () => {} })).toMatch(/first \(ResidualBlock\)/);
  });

  it("has the gradients of its forward pass", async () => {
    await assertGradients(new ResidualBlock({ filters: 2, rate: 0.25 }), { inputShape: [3, 4, 2], seed: 2 });
  });

  it("computes what the same layers do in a model", async () => {
    const block = new ResidualBlock({ filters: 3, rate: 0.25, inputShape: [5, 4, 3] });
    const inside = new Sequential([block], { seed: 5 });
    const begin = input({ shape: [5, 4, 3] });
    const outside = new Model({ inputs: begin, outputs: ResidualBlock.prototype.call.call(block, begin), seed: 5 });
    outside.setWeights(inside.getWeights());
    for (const model of [inside, outside]) model.compile({ optimizer: "SGD", loss: "meanSquaredError" });
    const target = { data: new Float32Array(360), shape: [6, 5, 4, 3] };
    // Dropout too: random numbers are keyed by the place in the model, which is the same.
    for (const model of [inside, outside]) await model.fit(x, target, { epochs: 3, batchSize: 4 });
    expect(await inside.fingerprint()).toBe(await outside.fingerprint());
    expect(await inside.predict(x)).toEqual(await outside.predict(x));
  });

  it.each(["keras", "h5"] as const)("comes back from a file, trains on and has the same bits: %s", async (format) => {
    const [model, twin] = [make(), make()];
    await model.fit(x, y, { epochs: 2, batchSize: 3 });
    const again = await modelFromBytes(await model.toBytes(format));
    expect(again.layers[1]).toBeInstanceOf(ResidualBlock);
    expect(again.layers[1]).toMatchObject({ filters: 3, rate: 0.25, name: "second" });
    expect(await again.predict(x)).toEqual(await model.predict(x));
    if (format === "h5") return;
    await again.fit(x, y, { epochs: 2, batchSize: 3 });
    await twin.fit(x, y, { epochs: 4, batchSize: 3 });
    expect(await again.fingerprint()).toBe(await twin.fingerprint());
  });

  it.each(["nhwc", "nchw"] as const)(
    "is written to ONNX as its layers, by their names in it, in %s",
    async (layout) => {
      class Twice extends defineBlock("Twice", {}) {
        call(x: SymbolicTensor): SymbolicTensor {
          const once = new ResidualBlock({ filters: 3 });
          return once.apply(once.apply(x));
        }
      }
      registerLayer(Twice);
      const model = new Sequential([
        new Twice({ name: "twice", inputShape: [5, 4, 3] }),
        new ResidualBlock({ filters: 3, name: "last" }),
        layers.flatten(),
        layers.dense({ units: 2, name: "dense" }),
      ]);
      model.setWeights(
        model
          .getWeights()
          .map(({ shape }, i) => random(20 + i).tensor([...shape]))
          .map(({ data }) => Float32Array.from(data, (value) => Math.abs(value) + 0.1)),
      );
      const decoded = decodeOnnx(writeOnnx(await model.snapshot(), { layout }));
      const expected = await model.predict(x);
      const given = toTensor(x);
      expectClose(runOnnx(decoded, layout === "nchw" ? toNchw(given) : given).data, expected.data, tolerances.layer);
      expect([...decoded.constants.keys()]).toEqual(
        expect.arrayContaining(["twice/residual_block/conv2d_1/bias", "last/conv2d/kernel"]),
      );
    },
  );

  it("gives its weights to files of weights, by name", async () => {
    const [model, other] = [make(), make()];
    await model.fit(x, y, { epochs: 1 });
    const bytes = await model.toBytes("safetensors");
    await other.loadWeights(new Blob([bytes]));
    expect(await other.fingerprint()).toBe(await model.fingerprint());
  });

  it("can be cloned, frozen, and be a model's layer in another", async () => {
    const model = make();
    const clone = cloneModel(model, { seed: 9 });
    expect(clone.countParams()).toBe(model.countParams());
    expect(await clone.fingerprint()).not.toBe(await model.fingerprint());
    model.layers[0]!.trainable = false;
    model.compile({ optimizer: "SGD", loss: "categoricalCrossentropy" });
    const before = model.layers.map((layer) => layer.getWeights());
    await model.fit(x, y, { epochs: 1 });
    const after = model.layers.map((layer) => layer.getWeights());
    expect(after[0]).toEqual(before[0]);
    expect(after[1]).not.toEqual(before[1]);
  });

  it("refuses an input that does not fit, and stays as it was", () => {
    const block = new ResidualBlock({ filters: 3 });
    expect(() => block.apply(input({ shape: [4, 4, 2] }))).toThrow(/layer "residual_block\w*"/);
    expect(block.variables).toEqual([]);
    expect(block.apply(input({ shape: [4, 4, 3] })).shape).toEqual([4, 4, 3]);
    class Nothing extends defineBlock("Nothing", {}) {
      call() {
        return 1 as never;
      }
    }
    expect(() => new Nothing().apply(input({ shape: [2] }))).toThrow("expected what a layer's apply() gives, got 1");
    expect(new Nothing()).toBeInstanceOf(Block);
  });
});

describe("an activation", () => {
  it("may be a layer, in files too", async () => {
    const make = () =>
      new Sequential(
        [layers.dense({ units: 4, activation: layers.leakyRelu({ negativeSlope: 0.125 }), inputShape: [3] })],
        { seed: 2 },
      );
    const model = make();
    const plain = new Sequential([
      layers.dense({ units: 4, inputShape: [3] }),
      layers.leakyRelu({ negativeSlope: 0.125 }),
    ]);
    plain.setWeights(model.getWeights());
    const data = { data: Float32Array.from(random(3).tensor([5, 3]).data), shape: [5, 3] };
    expect(await model.predict(data)).toEqual(await plain.predict(data));
    for (const again of [
      await modelFromBytes(await model.toBytes()),
      await modelFromBytes(await model.toBytes("h5")),
      cloneModel(model),
    ]) {
      again.setWeights(model.getWeights());
      expect(await again.predict(data)).toEqual(await model.predict(data));
      expect(again.layers[0]!.config()).toMatchObject({
        activation: { class_name: "LeakyReLU", config: { negative_slope: 0.125 } },
      });
    }
    await assertGradients(model.layers[0]!, { inputShape: [3] });
  });

  it("may not be a layer with weights", () => {
    expect(() => layers.dense({ units: 1, activation: layers.prelu() })).toThrow(
      "dense.activation: expected a layer without weights, got PReLU; put it after this one",
    );
  });
});
