import { describe, expect, it } from "vitest";
import { type Layer, layers, Sequential } from "wasm-cnn";
import { type OnnxOptions, writeOnnx } from "wasm-cnn/files/onnx";
import { expectClose } from "../expectClose.js";
import { type Tensor, toTensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { NETWORKS, network, samplesFor } from "./networks.js";
import { decodeOnnx, runOnnx, toNchw } from "./runOnnx.js";
import { snapshotOf } from "./snapshotOf.js";

const onnxOf = (model: Sequential, options?: OnnxOptions) => decodeOnnx(writeOnnx(snapshotOf(model), options));
const operatorsOf = (model: Sequential, options?: OnnxOptions) => onnxOf(model, options).nodes.map((n) => n.operator);
/** As the layout has it, where they are images. */
const lie = (x: Tensor, layout: string) => (layout === "nchw" && x.shape.length === 4 ? toNchw(x) : x);

describe.each(Object.keys(NETWORKS))("ONNX of the network %s", (name) => {
  it.each(["nhwc", "nchw"] as const)("computes what predict does, laid out as %s", async (layout) => {
    const model = network(name);
    const x = samplesFor(model, 3);
    const expected = lie(toTensor(await model.predict(x)), layout);
    const decoded = onnxOf(model, { layout });
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
    const decoded = onnxOf(model, { float16: true });
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

describe("ONNX", () => {
  it("says its version, and names each value once", () => {
    const { opset, irVersion, nodes, constants } = onnxOf(network("mnist"));
    expect({ opset, irVersion }).toEqual({ opset: 17, irVersion: 8 });
    const names = ["input", ...nodes.map(({ output }) => output), ...constants.keys()];
    expect(new Set(names).size).toBe(names.length);
  });

  it("transposes the input of a convolutional network, and nothing else", () => {
    const operators = ["Mul", "Add", "Transpose", "Conv", "Relu", "MaxPool", "Conv", "Relu", "Flatten"];
    const dense = ["Gemm", "Relu", "Gemm", "Softmax"];
    expect(operatorsOf(network("mnist"))).toEqual([...operators, ...dense]);
    expect(operatorsOf(network("mnist"), { layout: "nchw" })).toEqual(
      [...operators, ...dense].filter((operator) => operator !== "Transpose"),
    );
  });

  it("is the same bytes each time", () => {
    const snapshot = snapshotOf(network("mnist"));
    expect(writeOnnx(snapshot)).toEqual(writeOnnx(snapshot));
  });

  it("has an identity for a model without a node", () => {
    expect(operatorsOf(new Sequential([layers.flatten({ inputShape: [3] })]))).toEqual(["Identity"]);
  });

  it("keeps names apart that layers make alike", () => {
    const model = new Sequential([
      layers.dense({ units: 2, name: "a", inputShape: [2] }),
      layers.dense({ units: 2, name: "a/Gemm" }),
    ]);
    const names = onnxOf(model).nodes.map(({ output }) => output);
    expect(new Set(names).size).toBe(names.length);
  });

  it("refuses what it cannot say", () => {
    const model = (...list: Layer[]) => new Sequential(list);
    const dense = (value: number) => {
      const one = model(layers.dense({ units: 1, inputShape: [1], name: "d" }));
      one.setWeights([Float32Array.of(value), Float32Array.of(0)]);
      return snapshotOf(one);
    };
    expect(() => writeOnnx({ name: "a", inputShape: undefined, layers: [] })).toThrow(
      new Error("writeOnnx: expected a model that knows its input shape, got none"),
    );
    expect(() => writeOnnx(dense(65505), { float16: true })).toThrow(
      new RangeError("writeOnnx: expected d/kernel to fit 16-bit floats, up to 65504, got 65505"),
    );
    expect(() => writeOnnx(dense(65504), { float16: true })).not.toThrow();
    const snapshot = dense(1);
    const [layer] = snapshot.layers;
    const unknown = ["Lambda", "Conv2D", "Mine", "Lambda"].map((className) => ({ ...layer!, className }));
    expect(() => writeOnnx({ ...snapshot, layers: unknown })).toThrow(/, got Lambda, Mine$/);
    const gelu = { ...layer!, config: { ...layer!.config, activation: "gelu" } };
    expect(() => writeOnnx({ ...snapshot, layers: [gelu] })).toThrow(/linear, relu, softmax, got "gelu"$/);
    expect(() => writeOnnx(snapshot, { layout: "NCHW" as "nchw" })).toThrow(RangeError);
    expect(() => writeOnnx(snapshot, { opset: 3 } as OnnxOptions)).toThrow(TypeError);
  });
});
