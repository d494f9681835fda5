import { describe, expect, it } from "vitest";
import { input, type Layer, layers, loadModel, Model, type NumberTensor, Sequential } from "wasm-cnn";
import { type OnnxOptions, writeOnnx } from "wasm-cnn/files/onnx";
import { expectClose } from "../expectClose.js";
import { type Tensor, toTensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { expectOutputs, GRAPHS, graphCases, inputOf } from "./kerasGraphs.js";
import { NETWORKS, network, samplesFor } from "./networks.js";
import { ONNX_CASES, randomized, someInputs } from "./onnxCases.js";
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

describe("ONNX of each layer", () => {
  it("has cases for all that the package exports", () => {
    const factories = Object.keys(layers).filter((name) => /^[a-z]/.test(name));
    expect(Object.keys(ONNX_CASES).sort()).toEqual(factories.sort());
  });

  it.each(Object.entries(ONNX_CASES))(
    "%s: nodes take what is there already, and what is transposed is not transposed back",
    async (name, cases) => {
      for (const make of cases) {
        const snapshot = await make().snapshot();
        for (const layout of ["nhwc", "nchw"] as const) {
          const { nodes, constants, inputs, outputs } = decodeOnnx(writeOnnx(snapshot, { layout }));
          const there = new Set(["", ...inputs.map(({ name }) => name), ...constants.keys()]);
          const transposed = new Set<string>();
          for (const node of nodes) {
            for (const taken of node.inputs) expect(there).toContain(taken);
            if (node.operator === "Transpose" && name !== "permute") {
              expect(transposed).not.toContain(node.inputs[0]);
              transposed.add(node.output);
            }
            there.add(node.output);
          }
          for (const { name } of outputs) expect(there).toContain(name);
        }
      }
    },
  );
});

describe.each(Object.entries(ONNX_CASES))("ONNX of the layer %s", (_, cases) => {
  it.each(cases.map((make, i) => [i, make] as const))("computes what predict does, case %i", async (_, make) => {
    const model = randomized(make());
    const snapshot = await model.snapshot();
    const given = someInputs(model, 2);
    const names = Object.keys(given);
    const expected = toTensor((await model.predict(names.length === 1 ? given[names[0]!]! : given)) as NumberTensor);
    for (const layout of ["nhwc", "nchw"] as const) {
      const feeds = names.map((name) => [names.length === 1 ? "input" : name, lie(toTensor(given[name]!), layout)]);
      const { output } = runOnnxGraph(decodeOnnx(writeOnnx(snapshot, { layout })), Object.fromEntries(feeds));
      const wanted = lie(expected, layout);
      expect(output!.shape).toEqual(wanted.shape);
      expectClose(output!.data, wanted.data, tolerances.interop);
    }
  });
});

describe("ONNX", () => {
  it("takes apart models inside, writes what several take once, and says which layers it has not, inside too", async () => {
    const image = input({ shape: [4, 4, 3], name: "image" });
    const x = layers.conv2d({ filters: 2, kernelSize: 2 }).apply(image);
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
  });

  it("lists all layers at once that it cannot say, inside too", async () => {
    const image = input({ shape: [null, null, 3], name: "image" });
    const sizes = { height: 4, width: 4 };
    const inside = new Sequential([layers.resizing({ ...sizes, interpolation: "area", name: "area" })], {
      name: "inside",
    });
    const x = layers.centerCrop({ ...sizes, name: "centre" }).apply(image);
    const snapshot = await new Model({ inputs: image, outputs: [x, inside.apply(image)] }).snapshot();
    const open = "needs sizes that are known, got open ones";
    expect(() => writeOnnx(snapshot)).toThrow(
      new RangeError(
        [
          "writeOnnx: expected layers that ONNX can say, got:",
          `- centre (CenterCrop): centerCrop ${open}`,
          `- inside/area (Resizing): interpolation "area" ${open}: ONNX' Resize has other weights`,
        ].join("\n"),
      ),
    );
  });

  it("names open sizes by the input and the axis", async () => {
    const image = input({ shape: [null, null, 3], name: "photo" });
    const other = input({ shape: [null, 3], name: "sound" });
    const outputs = [layers.zeroPadding2d({ name: "a" }).apply(image), layers.cropping1d({ name: "b" }).apply(other)];
    const model = new Model({ inputs: [image, other], outputs });
    const decoded = decodeOnnx(writeOnnx(await model.snapshot(), { layout: "nchw" }));
    expect(decoded.inputs.map(({ shape }) => shape)).toEqual([
      ["N", 3, "photo_1", "photo_2"],
      ["N", "sound_1", 3],
    ]);
    expect(decoded.outputs.map(({ shape }) => shape)).toEqual([
      ["N", 3, "a_1", "a_2"],
      ["N", "b_1", 3],
    ]);
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
    expect(() => writeOnnx({ ...snapshot!, layers: unknown })).toThrow(
      new RangeError(
        "writeOnnx: expected layers that ONNX can say, got:" +
          ["Lambda", "Mine", "Lambda"].map((name) => `\n- d (${name}): no form in ONNX`).join(""),
      ),
    );
    expect(() => writeOnnx(snapshot!, { layout: "NCHW" as "nchw" })).toThrow(RangeError);
    expect(() => writeOnnx(snapshot!, { opset: 3 } as OnnxOptions)).toThrow(TypeError);
  });
});
