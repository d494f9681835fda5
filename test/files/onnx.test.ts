import { describe, expect, it } from "vitest";
import { input, type Layer, layers, loadModel, Model, type NumberTensor, Sequential } from "wasm-cnn";
import { type OnnxOptions, writeOnnx } from "wasm-cnn/files/onnx";
import { expectClose } from "../expectClose.js";
import { type Tensor, toTensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { expectOutputs, GRAPHS, graphCases, inputOf } from "./kerasGraphs.js";
import { NETWORKS, network, samplesFor } from "./networks.js";
import { decodeOnnx, runOnnx, runOnnxGraph, toNchw } from "./runOnnx.js";

const onnxOf = async (model: Sequential, options?: OnnxOptions) =>
  decodeOnnx(writeOnnx(await model.snapshot(), options));
const operatorsOf = async (model: Sequential, options?: OnnxOptions) =>
  (await onnxOf(model, options)).nodes.map(({ operator }) => operator);
/** As the layout has it, where they are images. */
const lie = (x: Tensor, layout: string) => (layout === "nchw" && x.shape.length === 4 ? toNchw(x) : x);

describe.each(Object.keys(NETWORKS))("ONNX of the network %s", (name) => {
  it.each(["nhwc", "nchw"] as const)("computes what predict does, laid out as %s", async (layout) => {
    const model = network(name);
    const x = samplesFor(model, 3);
    const expected = lie(toTensor(await model.predict(x)), layout);
    const decoded = await onnxOf(model, { layout });
    const actual = runOnnx(decoded, lie(toTensor(x), layout));
    expect(actual.shape).toEqual(expected.shape);
    expectClose(actual.data, expected.data, tolerances.layer);
    expect(decoded.inputs[0]).toEqual({ name: "input", shape: ["N", ...lie(toTensor(x), layout).shape.slice(1)] });
    expect(decoded.outputs[0]).toEqual({ name: "output", shape: ["N", ...expected.shape.slice(1)] });
  });

  it("holds its weights in half the bytes", async () => {
    const model = network(name);
    const x = samplesFor(model, 3);
    const expected = await model.predict(x);
    const decoded = await onnxOf(model, { float16: true });
    expectClose(runOnnx(decoded, toTensor(x)).data, expected.data, tolerances.halfWeights);
    const types = [...decoded.constants].filter(([, { type }]) => type === 10);
    expect(types.map(([, { bytes }]) => bytes.length).sort()).toEqual(
      model
        .getWeights()
        .map(({ data }) => 2 * data.length)
        .sort(),
    );
  });
});

describe.each(graphCases)("ONNX of the graph %s", (name, expected) => {
  it.each(["nhwc", "nchw"] as const)("computes what predict does, laid out as %s", async (layout) => {
    const model = await loadModel(`${GRAPHS}${name}.keras`);
    await expectOutputs(model, expected, expected.y);
    const named = <T>(names: readonly string[], only: string, given: unknown) =>
      Object.entries((names.length === 1 ? { [only]: given } : given) as Record<string, T>);
    const x = named<NumberTensor>(model.inputNames, "input", inputOf(model, expected));
    const decoded = decodeOnnx(writeOnnx(await model.snapshot(), { layout }));
    expect(decoded.inputs.map((each) => each.name)).toEqual(x.map(([key]) => key));
    const outputs = runOnnxGraph(
      decoded,
      Object.fromEntries(x.map(([key, value]) => [key, lie(toTensor(value), layout)])),
    );
    const y = named<NumberTensor>(model.outputNames, "output", await model.predict(inputOf(model, expected)));
    expect(Object.keys(outputs)).toEqual(y.map(([key]) => key));
    for (const [key, value] of y) expectClose(outputs[key]!.data, value.data, tolerances.layer);
  });
});

describe("ONNX", () => {
  it("takes apart models inside, writes what several take once, and says which layers it has not, inside too", async () => {
    const image = input({ shape: [4, 4, 3], name: "image" });
    const x = layers.conv2d({ filters: 2, kernelSize: 2 }).apply(image);
    const inside = new Sequential([layers.permute({ dims: [2, 1, 3] })], { name: "inside" });
    const flat = layers.flatten();
    const graph = new Model({ inputs: image, outputs: { a: layers.dense({ units: 2 }).apply(x), b: flat.apply(x) } });
    const { nodes } = await onnxOf(graph as unknown as Sequential);
    expect(nodes.map(({ operator }) => operator)).toEqual([
      "Transpose",
      "Conv",
      "Transpose",
      "MatMul",
      "Add",
      "Flatten",
    ]);
    const refused = new Model({ inputs: image, outputs: inside.apply(x) });
    const snapshot = await refused.snapshot();
    expect(() => writeOnnx(snapshot)).toThrow(/^writeOnnx: expected layers among .*, got Permute$/);
  });

  it("refuses inputs of open sizes", async () => {
    const image = input({ shape: [null, null, 3], name: "photo" });
    const model = new Model({ inputs: image, outputs: layers.conv2d({ filters: 2, kernelSize: 2 }).apply(image) });
    const snapshot = await model.snapshot();
    expect(() => writeOnnx(snapshot)).toThrow(
      new RangeError("writeOnnx: expected sizes of the input photo, got open ones"),
    );
  });

  it("says its version, and names each value once", async () => {
    const { opset, irVersion, nodes, constants } = await onnxOf(network("mnist"));
    expect({ opset, irVersion }).toEqual({ opset: 17, irVersion: 8 });
    const names = ["input", ...nodes.map(({ output }) => output), ...constants.keys()];
    expect(new Set(names).size).toBe(names.length);
  });

  it("transposes the input of a convolutional network, and nothing else", async () => {
    const operators = ["Mul", "Add", "Transpose", "Conv", "Relu", "MaxPool", "Conv", "Relu", "Flatten"];
    const dense = ["Gemm", "Relu", "Gemm", "Softmax"];
    expect(await operatorsOf(network("mnist"))).toEqual([...operators, ...dense]);
    expect(await operatorsOf(network("mnist"), { layout: "nchw" })).toEqual(
      [...operators, ...dense].filter((operator) => operator !== "Transpose"),
    );
  });

  it("is the same bytes each time", async () => {
    const snapshot = await network("mnist").snapshot();
    expect(writeOnnx(snapshot)).toEqual(writeOnnx(snapshot));
  });

  it("has an identity for a model without a node", async () => {
    expect(await operatorsOf(new Sequential([layers.flatten({ inputShape: [3] })]))).toEqual(["Identity"]);
  });

  it("keeps names apart that layers make alike", async () => {
    const model = new Sequential([
      layers.dense({ units: 2, name: "a", inputShape: [2] }),
      layers.dense({ units: 2, name: "a/Gemm" }),
    ]);
    const names = (await onnxOf(model)).nodes.map(({ output }) => output);
    expect(new Set(names).size).toBe(names.length);
  });

  it("refuses what it cannot say", async () => {
    const model = (...list: Layer[]) => new Sequential(list);
    const dense = (value: number) => {
      const one = model(layers.dense({ units: 1, inputShape: [1], name: "d" }));
      one.setWeights([Float32Array.of(value), Float32Array.of(0)]);
      return one.snapshot();
    };
    const [snapshot, largest, large] = await Promise.all([1, 65504, 65505].map(dense));
    expect(() => writeOnnx({ name: "a", inputShape: undefined, layers: [] })).toThrow(
      new Error("writeOnnx: expected a model that knows its input shape, got none"),
    );
    expect(() => writeOnnx(large!, { float16: true })).toThrow(
      new RangeError("writeOnnx: expected d/kernel to fit 16-bit floats, up to 65504, got 65505"),
    );
    expect(() => writeOnnx(largest!, { float16: true })).not.toThrow();

    const [layer] = snapshot!.layers;
    const unknown = ["Lambda", "Conv2D", "Mine", "Lambda"].map((className) => ({ ...layer!, className }));
    expect(() => writeOnnx({ ...snapshot!, layers: unknown })).toThrow(/, got Lambda, Mine$/);
    const gelu = { ...layer!, config: { ...layer!.config, activation: "log_softmax" } };
    expect(() => writeOnnx({ ...snapshot!, layers: [gelu] })).toThrow(
      /expected activations among linear, relu, .*, got "log_softmax"$/,
    );
    expect(() => writeOnnx(snapshot!, { layout: "NCHW" as "nchw" })).toThrow(RangeError);
    expect(() => writeOnnx(snapshot!, { opset: 3 } as OnnxOptions)).toThrow(TypeError);
  });
});
