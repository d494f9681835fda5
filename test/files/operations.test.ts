// Layers that Keras has as operations (keras.ops): how files hold them, and that they come back.

import { describe, expect, it } from "vitest";
import { input, type Layer, layers, loadModel, Model, modelFromJSON, type SymbolicTensor } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { loadVectors } from "../vectors/load.js";

type Row = Readonly<Record<string, unknown>>;
type Samples = { readonly shape: readonly number[]; readonly data: Float32Array };

const x = input({ shape: [4, 6], name: "x" });
const given = random(7).tensor([3, 4, 6]);
const data = { data: Float32Array.from(given.data, (value) => Math.abs(value) + 0.1), shape: given.shape };

async function rowOf(layer: Layer, tensors: SymbolicTensor | readonly SymbolicTensor[] = x) {
  const model = new Model({ inputs: x, outputs: layer.apply(tensors) });
  const bytes = await model.toBytes("keras");
  for (const format of ["keras", "h5"] as const) {
    const again = await loadModel(await model.toBytes(format));
    expect(await again.predict(data), format).toEqual(await model.predict(data));
    expect(again.layers.at(-1)!.config(), format).toEqual(layer.config());
  }
  const text = new TextDecoder().decode(bytes);
  const config = text.slice(text.indexOf('{"module":'), text.indexOf("wasm-cnn.json") > 0 ? undefined : text.length);
  return config;
}

describe("operations", () => {
  it.each<[string, Layer, RegExp]>([
    ["Absolute", layers.absolute(), /"class_name":"Absolute"/],
    ["Log", layers.log(), /"class_name":"Log"/],
    ["Power", layers.power({ exponent: 2.5 }), /"class_name":"Power".*\},2\.5\],"kwargs"/],
    ["Clip", layers.clip({ min: 0.2, max: 0.5 }), /"class_name":"Clip".*"x_min":0\.2,"x_max":0\.5/],
    ["Maximum", layers.clip({ min: 0.25 }), /"class_name":"Maximum".*\},0\.25\],"kwargs"/],
    ["Minimum", layers.clip({ max: 0.75 }), /"class_name":"Minimum".*\},0\.75\],"kwargs"/],
    ["Sum", layers.reduction({ operation: "sum", axis: [1, 2], keepdims: true }), /"class_name":"Sum".*"axis":\[1,2\]/],
    ["Max", layers.reduction({ operation: "max", axis: -1 }), /"class_name":"Max"/],
    ["GetItem", layers.slice({ at: [[1, null, null], -1] }), /"class_name":"GetItem".*"__slice__"/],
    ["LayerScale", layers.layerScale({ initValues: 0.5, projectionDim: 6 }), /"keras\.src\.applications\.convnext"/],
    ["StochasticDepth", layers.stochasticDepth({ dropPathRate: 0.5 }), /"keras\.src\.applications\.convnext"/],
  ])("are written as Keras' own and read again: %s", async (_, layer, row) => {
    expect(await rowOf(layer)).toMatch(row);
  });

  it("of two tensors have them side by side", async () => {
    const twice = layers.rescaling({ scale: 2 }).apply(x);
    expect(await rowOf(layers.divide(), [x, twice])).toMatch(/"class_name":"Divide"/);
  });
});

describe("what is several layers here", () => {
  const tensor = (name: string, index = 0) => ({
    class_name: "__keras_tensor__",
    config: { shape: [null, 4, 6], dtype: "float32", keras_history: [name, 0, index] },
  });
  const model = (rows: readonly Row[], outputs: unknown) =>
    modelFromJSON({
      class_name: "Functional",
      config: {
        name: "m",
        layers: [
          { class_name: "InputLayer", name: "x", config: { batch_shape: [null, 4, 6], name: "x" }, inbound_nodes: [] },
          ...rows,
        ],
        input_layers: ["x", 0, 0],
        output_layers: outputs,
      },
    });
  const op = (class_name: string, name: string, args: unknown[], config: Row = {}) => ({
    ...{ module: "keras.src.ops.numpy", class_name, name, registered_name: class_name },
    config: { name, ...config },
    inbound_nodes: [{ args, kwargs: {} }],
  });

  it("a quotient of a number", async () => {
    const { data: y } = await model([op("TrueDivide", "o", [3, tensor("x")])], ["o", 0, 0]).predict(data);
    for (const [i, value] of data.data.entries()) expect(y[i]).toBeCloseTo(3 / value, 4);
  });

  it("parts, each of which goes its own way", async () => {
    const split = op("Split", "s", [tensor("x")], { indices_or_sections: 3, axis: -1 });
    const difference = op("Subtract", "s_1", [tensor("s", 2), tensor("s", 0)]);
    const made = model(
      [split, difference],
      [
        ["s_1", 0, 0],
        ["s", 0, 1],
      ],
    );
    const [first, second] = Object.values(
      (await made.predict(data)) as unknown as Record<string, { data: Float32Array }>,
    );
    for (let row = 0; row < 12; row++) {
      for (let i = 0; i < 2; i++) {
        const at = (part: number) => data.data[row * 6 + 2 * part + i]!;
        expect(first!.data[row * 2 + i]).toBe(Math.fround(at(2) - at(0)));
        expect(second!.data[row * 2 + i]).toBe(at(1));
      }
    }
  });

  it("a variance", async () => {
    const { data: y } = await model(
      [op("Var", "o", [tensor("x")], { axis: [1, 2], keepdims: true })],
      ["o", 0, 0],
    ).predict(data);
    for (let sample = 0; sample < 3; sample++) {
      const all = data.data.slice(sample * 24, (sample + 1) * 24);
      const mean = all.reduce((sum, value) => sum + value) / 24;
      expect(y[sample]).toBeCloseTo(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 24, 5);
    }
  });

  it("a model inside that takes a record, whose inputs stand in another order than Keras sorts them", async () => {
    const row = (name: string, from: string, units: number) => ({
      ...{ class_name: "Dense", name, config: { name, units, kernel_initializer: "ones" } },
      inbound_nodes: [{ args: [tensor(from)], kwargs: {} }],
    });
    const end = (name: string) => ({ class_name: "InputLayer", name, config: { batch_shape: [null, 4, 6], name } });
    const inside = {
      class_name: "Functional",
      name: "inside",
      config: {
        name: "inside",
        layers: [end("q"), end("p"), op("Subtract", "o", [tensor("q"), tensor("p")])],
        input_layers: { q: ["q", 0, 0], p: ["p", 0, 0] },
        output_layers: ["o", 0, 0],
      },
      inbound_nodes: [{ args: [{ p: tensor("one"), q: tensor("x") }], kwargs: { mask: { p: null, q: null } } }],
    };
    const made = model([op("Multiply", "one", [tensor("x"), 0]), inside, row("d", "inside", 1)], ["inside", 1, 0]);
    expect((await made.predict(data)).data).toEqual(data.data);
  });

  it.each([
    ["a record of masks", { p: null, q: null }],
    ["a list of masks", [null, [null]]],
  ])("(and %s says nothing)", async (_, mask) => {
    const dense = {
      ...{ class_name: "Dense", name: "d", config: { name: "d", units: 2 } },
      inbound_nodes: [{ args: [tensor("x")], kwargs: { mask } }],
    };
    expect((await model([dense], ["d", 0, 0]).predict(data)).shape).toEqual([3, 4, 2]);
  });
});

describe("functions that are several layers here predict what Keras predicts", () => {
  it.each(loadVectors("functions"))("$name", async ({ model, x, outputs }) => {
    const predicted = await modelFromJSON(model as Row).predict(x);
    const given = ("data" in predicted ? [predicted] : Object.values(predicted)) as readonly Samples[];
    for (const [i, { shape, data }] of outputs.entries()) {
      expect(given[i]!.shape).toEqual(shape);
      expectClose(given[i]!.data, data, tolerances.otherTools);
    }
  });
});

describe("functions of Keras 2, whose files do not say what shapes tensors have", () => {
  const read = (functions: readonly [name: string, options: Row][], output = functions.length) =>
    modelFromJSON({
      class_name: "Functional",
      config: {
        name: "m",
        layers: [
          {
            ...{ class_name: "InputLayer", name: "f0", inbound_nodes: [] },
            config: { batch_input_shape: [null, null, 6], name: "f0" },
          },
          ...functions.map(([name, options], i) => ({
            ...{ class_name: "TFOpLambda", name: `f${i + 1}`, config: { name: `f${i + 1}`, function: name } },
            inbound_nodes: [[`f${i}`, 0, 0, options]],
          })),
        ],
        input_layers: [["f0", 0, 0]],
        output_layers: [[`f${output}`, 0, 0]],
      },
    });
  const rows = (take: (row: Float32Array) => readonly number[]) =>
    Array.from({ length: 12 }, (_, row) => take(data.data.subarray(row * 6, row * 6 + 6))).flat();

  it("parts of the same size", async () => {
    const model = read([["split", { num_or_size_splits: 3, axis: -1 }]]);
    expect((await model.predict(data)).data).toEqual(Float32Array.from(rows((row) => [row[0]!, row[1]!])));
  });

  it("after other layers", async () => {
    const model = read([
      ["math.abs", {}],
      ["split", { num_or_size_splits: 2, axis: 2 }],
      ["unstack", { axis: 2 }],
    ]);
    expect(await model.predict(data)).toEqual({ shape: [3, 4], data: Float32Array.from(rows((row) => [row[0]!])) });
  });

  it("windows as TensorFlow calls them", async () => {
    const { data: y, shape } = await read([["nn.max_pool1d", { ksize: 2, strides: 2, padding: "SAME" }]]).predict(data);
    expect(shape).toEqual([3, 2, 6]);
    expect(y[0]).toBe(Math.max(data.data[0]!, data.data[6]!));
  });

  it("are refused with channels first", () => {
    expect(() => read([["nn.max_pool1d", { ksize: 2, data_format: "NCW" }]])).toThrow(/data_format NCW/);
  });
});
