import { describe, expect, it } from "vitest";
import { modelFromJSON } from "wasm-cnn";

// Configs of graphs as the versions of Keras and TensorFlow.js write them.

type Row = Record<string, unknown>;

const inputRow = (name: string, shape: unknown = [null, 4]): Row => ({
  class_name: "InputLayer",
  name,
  config: { batch_input_shape: shape, dtype: "float32", sparse: false, name },
  inbound_nodes: [],
});
const dense = (name: string, nodes: unknown, config: Row = {}): Row => ({
  class_name: "Dense",
  name,
  config: { name, units: 4, ...config },
  inbound_nodes: nodes,
});
const graph = (layers: Row[], outputs: unknown, inputs: unknown = [["x", 0, 0]], className = "Model") => ({
  class_name: className,
  config: { name: "g", layers, input_layers: inputs, output_layers: outputs },
});
/** A tensor as Keras 3 has it. */
const tensor = (name: string, call = 0) => ({
  class_name: "__keras_tensor__",
  config: { shape: [null, 4], dtype: "float32", keras_history: [name, call, 0] },
});

async function callsOf(config: unknown): Promise<Record<string, unknown>> {
  const { layers } = await modelFromJSON(config).snapshot();
  return Object.fromEntries(
    layers.map(({ config, calls }) => [
      config.name,
      calls!.map(({ inputs, training }) => (training === undefined ? inputs : { inputs, training })),
    ]),
  );
}

describe("calls of layers", () => {
  const two = {
    x: [[]],
    d: [[["x", 0, 0]]],
    sum: [
      [
        ["x", 0, 0],
        ["d", 0, 0],
      ],
    ],
  };
  const add = (nodes: unknown) => ({ class_name: "Add", name: "sum", config: { name: "sum" }, inbound_nodes: nodes });

  it.each<[string, unknown, unknown]>([
    [
      "Keras 2",
      [[["x", 0, 0, {}]]],
      [
        [
          ["x", 0, 0, {}],
          ["d", 0, 0, {}],
        ],
      ],
    ],
    [
      "Keras 2 with arguments that say nothing",
      [[["x", 0, 0, { training: null, mask: null }]]],
      [
        [
          ["x", 0, 0],
          ["d", 0, 0],
        ],
      ],
    ],
    [
      "bare entries",
      [["x", 0, 0, {}]],
      [
        [
          ["x", 0, 0, {}],
          ["d", 0, 0, {}],
        ],
      ],
    ],
    [
      "Keras 3",
      [{ args: [tensor("x")], kwargs: {} }],
      [{ args: [[tensor("x"), tensor("d")]], kwargs: { mask: null } }],
    ],
    [
      "Keras 3 by name",
      [{ args: [], kwargs: { inputs: tensor("x") } }],
      [{ args: [], kwargs: { inputs: [tensor("x"), tensor("d")] } }],
    ],
  ])("in the form of %s", async (_, one, several) => {
    expect(await callsOf(graph([inputRow("x"), dense("d", one), add(several)], [["sum", 0, 0]]))).toEqual(two);
  });

  it.each([
    ["Keras 2", false, [[["x", 0, 0, { training: false }]]]],
    ["Keras 3", false, [{ args: [tensor("x")], kwargs: { training: false } }]],
    ["Keras 2", true, [[["x", 0, 0, { training: true }]]]],
    ["Keras 3", true, [{ args: [tensor("x")], kwargs: { training: true } }]],
  ])("have training in %s: %s", async (_, training, nodes) => {
    const calls = await callsOf(graph([inputRow("x"), dense("d", nodes)], [["d", 0, 0]]));
    expect(calls.d).toEqual([{ inputs: [["x", 0, 0]], training }]);
  });

  it.each([
    ["Dropout", { rate: 0.5 }, false],
    ["SpatialDropout2D", { rate: 0.5 }, false],
    ["GaussianNoise", { stddev: 1 }, false],
    ["RandomFlip", {}, true],
  ])("have what Keras 3 writes of %s where nothing was said", async (kind, config, training) => {
    const row = (inbound_nodes: unknown) => ({
      class_name: kind,
      name: "d",
      config: { name: "d", ...config },
      inbound_nodes,
    });
    const trainingOf = async (nodes: unknown) => {
      const { layers } = await modelFromJSON(
        graph([inputRow("x", [null, 3, 3, 3]), row(nodes)], [["d", 0, 0]]),
      ).snapshot();
      return layers.at(-1)!.calls![0]!.training;
    };
    const keras3 = (given: boolean) => [{ args: [tensor("x")], kwargs: { training: given } }];
    expect(await trainingOf(keras3(training))).toBeUndefined();
    expect(await trainingOf(keras3(!training))).toBe(!training);
    expect(await trainingOf([[["x", 0, 0, { training }]]])).toBe(training);
  });

  it("with other arguments are listed, models inside included", () => {
    const inside = graph([inputRow("x"), dense("i", [[["x", 0, 0, { mask: ["x", 0, 0] }]]])], [["i", 0, 0]]);
    const config = graph(
      [
        inputRow("x"),
        dense("a", [[["x", 0, 0, { training: 1 }]]]),
        { ...inside, name: "inside", inbound_nodes: [[["a", 0, 0, { states: [1, 2] }]]] },
        dense("b", [{ args: [tensor("x"), 3], kwargs: { sum: tensor("x") } }], { kernel: 2 }),
        { class_name: "Lambda", name: "l", config: { name: "l" }, inbound_nodes: [[["b", 0, 0, {}]]] },
      ],
      [["l", 0, 0]],
    );
    expect(() => modelFromJSON(config)).toThrow(
      [
        "modelFromJSON: expected layers and options that are supported, got:",
        '- Dense "a": called with training, which is 1',
        '- Dense "inside/i": called with mask, which is a tensor',
        '- Model "inside": called with states, which is [1, 2]',
        '- Dense "b": expected no kernel, got 2',
        '- Lambda "l": code is never run',
      ].join("\n"),
    );
  });
});

describe("calls of models inside", () => {
  const inside = graph([inputRow("x"), dense("i", [[["x", 0, 0, {}]]])], [["i", 0, 0]]);
  const chain = {
    class_name: "Sequential",
    config: [{ class_name: "Dense", config: { name: "s", units: 4, batch_input_shape: [null, 4] } }],
  };
  const calls = { x: [[]], m: [[["x", 0, 0]], [["m", 0, 0]]], d: [[["m", 1, 0]]] };

  it.each([
    // [what, the model, of the first call, of the second call, of an output]
    ["Keras 2 and TensorFlow.js, counted from 1 on", inside, 1, 2],
    ["Keras 2, a Sequential", chain, 1, 2],
    ["Keras 2, a Sequential without a shape, from 0 on", chain, 0, 1],
  ])("in %s", async (_, model, first, second) => {
    const m = { ...model, name: "m", inbound_nodes: [[["x", 0, 0, {}]], [["m", first, 0, {}]]] };
    expect(await callsOf(graph([inputRow("x"), m, dense("d", [[["m", second, 0, {}]]])], [["d", 0, 0]]))).toEqual(
      calls,
    );
  });

  it.each([
    ["functional", { ...inside, class_name: "Functional" }, 2],
    ["Sequential", chain, 1],
  ])("in Keras 3: %s", async (_, model, output) => {
    const nodes = [
      { args: [tensor("x")], kwargs: {} },
      { args: [tensor("m")], kwargs: {} },
    ];
    const m = { ...model, name: "m", inbound_nodes: nodes };
    const config = graph([inputRow("x"), m], ["m", output, 0], ["x", 0, 0], "Functional");
    const { outputs } = await modelFromJSON(config).snapshot();
    expect(outputs).toEqual(["m", 1, 0]);
    expect((await callsOf(config)).m).toEqual(calls.m);
  });

  it("take records in the order of the inputs", async () => {
    const two = graph(
      [
        inputRow("p"),
        inputRow("q"),
        {
          class_name: "Add",
          name: "s",
          config: {},
          inbound_nodes: [
            [
              ["p", 0, 0, {}],
              ["q", 0, 0, {}],
            ],
          ],
        },
      ],
      [["s", 0, 0]],
      { one: ["p", 0, 0], two: ["q", 0, 0] },
    );
    const call = { args: [{ two: tensor("x"), one: tensor("y") }], kwargs: {} };
    const m = { ...two, name: "m", inbound_nodes: [call] };
    const inputs = [
      ["x", 0, 0],
      ["y", 0, 0],
    ];
    const calls = await callsOf(graph([inputRow("x"), inputRow("y"), m], [["m", 1, 0]], inputs));
    expect(calls.m).toEqual([
      [
        ["y", 0, 0],
        ["x", 0, 0],
      ],
    ]);
  });
});

describe("operators", () => {
  const lambda = (name: string, nodes: unknown, fn: string) => ({
    class_name: "TFOpLambda",
    name,
    config: { name, trainable: true, dtype: "float32", function: fn },
    inbound_nodes: nodes,
  });
  const node = (name: string, op: string, nodes: unknown, constants: Row = {}) => ({
    class_name: "TensorFlowOpLayer",
    name,
    config: { name, trainable: true, dtype: "float32", node_def: { name, op, input: [] }, constants },
    inbound_nodes: nodes,
  });
  const ops = (class_name: string, args: unknown[], config: Row = {}) => ({
    module: "keras.src.ops.numpy",
    class_name,
    name: "o",
    config: { name: "o", ...config },
    registered_name: class_name,
    inbound_nodes: [{ args, kwargs: {} }],
  });
  const x = ["x", 0, 0];
  const y = ["y", 0, 0];
  const slice = (start: unknown = null, stop: unknown = null, step: unknown = null) => ({
    class_name: "__slice__",
    config: { start, stop, step },
  });

  it.each<[string, Row, string, Row, unknown]>([
    ["x + y in Keras 3", ops("Add", [tensor("x"), tensor("y")]), "Add", {}, [x, y]],
    ["x - y in Keras 2", lambda("o", [["x", 0, 0, { y, name: null }]], "math.subtract"), "Subtract", {}, [x, y]],
    ["x * y in Keras 2", lambda("o", [["x", 0, 0, { y, name: null }]], "math.multiply"), "Multiply", {}, [x, y]],
    [
      "x + y in Keras 2.3",
      node("o", "AddV2", [
        [
          ["x", 0, 0, {}],
          ["y", 0, 0, {}],
        ],
      ]),
      "Add",
      {},
      [x, y],
    ],
    ["x / 4 in Keras 3", ops("TrueDivide", [tensor("x"), 4]), "Rescaling", { scale: 0.25, offset: 0 }, [x]],
    ["1 - x in Keras 3", ops("Subtract", [1, tensor("x")]), "Rescaling", { scale: -1, offset: 1 }, [x]],
    [
      "1 - x in Keras 2",
      lambda("o", [["_CONSTANT_VALUE", -1, 1, { y: x, name: null }]], "math.subtract"),
      "Rescaling",
      { scale: -1, offset: 1 },
      [x],
    ],
    [
      "x - 2 in Keras 2",
      lambda("o", [["x", 0, 0, { y: 2 }]], "math.subtract"),
      "Rescaling",
      { scale: 1, offset: -2 },
      [x],
    ],
    ["x * 3 in Keras 2.3", node("o", "Mul", [[["x", 0, 0, {}]]], { 1: 3 }), "Rescaling", { scale: 3, offset: 0 }, [x]],
    [
      "an array in Keras 3",
      ops("Multiply", [tensor("x"), { class_name: "__tensor__", config: { value: [[1, 2, 3, 4]], dtype: "float32" } }]),
      "Rescaling",
      { scale: [1, 2, 3, 4], offset: 0 },
      [x],
    ],
    ["a bias in Keras 2", lambda("o", [["x", 0, 0, { bias: [1, 2, 3, 4] }]], "nn.bias_add"), "Rescaling", {}, [x]],
    ["-x in Keras 3", ops("Negative", [tensor("x")]), "Rescaling", { scale: -1, offset: 0 }, [x]],
    ["x ** 2 in Keras 3", ops("Power", [tensor("x"), 2]), "Multiply", {}, [x, x]],
    ["a square in Keras 2", lambda("o", [["x", 0, 0, { name: null }]], "math.square"), "Multiply", {}, [x, x]],
    ["the greater of two", ops("Maximum", [tensor("x"), tensor("y")]), "Maximum", {}, [x, y]],
    ["x or 0", ops("Maximum", [tensor("x"), 0]), "Clip", { min: 0, max: null }, [x]],
    ["ops.relu", ops("Relu", [tensor("x")]), "Activation", { activation: "relu" }, [x]],
    ["nn.elu in Keras 2", lambda("o", [["x", 0, 0, {}]], "nn.elu"), "ELU", { alpha: 1 }, [x]],
    ["ops.gelu", ops("Gelu", [tensor("x")], { approximate: true }), "Activation", {}, [x]],
    ["ops.clip", ops("Clip", [tensor("x")], { x_min: 0, x_max: 6 }), "Clip", { min: 0, max: 6 }, [x]],
    ["x / y", ops("TrueDivide", [tensor("x"), tensor("y")]), "Divide", {}, [x, y]],
    ["x[:, 1:]", ops("GetItem", [tensor("x"), [slice(), slice(1)]]), "Slice", { at: [[1, null, null]] }, [x]],
    [
      "x[...] in Keras 2",
      lambda(
        "o",
        [
          [
            "x",
            0,
            0,
            {
              slice_spec: [
                { start: null, stop: null, step: null },
                { start: 1, stop: 3, step: null },
              ],
            },
          ],
        ],
        "__operators__.getitem",
      ),
      "Slice",
      { at: [[1, 3, null]] },
      [x],
    ],
    [
      "ops.sum",
      ops("Sum", [tensor("x")], { axis: -1, keepdims: true }),
      "Reduction",
      { operation: "sum", axis: -1 },
      [x],
    ],
    [
      "reduce_max in Keras 2",
      lambda("o", [["x", 0, 0, { axis: 1, keepdims: true }]], "math.reduce_max"),
      "Reduction",
      { operation: "max" },
      [x],
    ],
    ["ops.sqrt", ops("Sqrt", [tensor("x")]), "Power", { exponent: 0.5 }, [x]],
    ["x ** 3", ops("Power", [tensor("x"), 3]), "Power", { exponent: 3 }, [x]],
    ["ops.expand_dims", ops("ExpandDims", [tensor("x")], { axis: -1 }), "Slice", { at: ["...", "newaxis"] }, [x]],
    ["ops.squeeze of a new axis", ops("Squeeze", [tensor("x")], { axis: 1 }), "Slice", { at: [0] }, [x]],
    ["ops.concatenate", ops("Concatenate", [[tensor("x"), tensor("y")]], { axis: -1 }), "Concatenate", {}, [x, y]],
    ["ops.reshape", ops("Reshape", [tensor("x")], { newshape: [-1, 2, 2] }), "Reshape", { target_shape: [2, 2] }, [x]],
    ["reshape in Keras 2", lambda("o", [["x", 0, 0, { shape: [-1, 2, 2] }]], "reshape"), "Reshape", {}, [x]],
    ["ops.cast", ops("Cast", [tensor("x")], { dtype: "float32" }), "Identity", {}, [x]],
    ["3 - x in Keras 2.3", node("o", "Sub", [[["x", 0, 0, {}]]], { 0: 3 }), "Rescaling", { scale: -1, offset: 3 }, [x]],
  ])("%s is a layer", async (_, row, className, config, inputs) => {
    const rows = [inputRow("x"), inputRow("y"), dense("both", [[["x", 0, 0, {}]], [["y", 0, 0, {}]]]), row];
    const outputs = [
      ["o", 0, 0],
      ["both", 0, 0],
      ["both", 1, 0],
    ];
    const { layers } = await modelFromJSON(graph(rows, outputs, [x, y])).snapshot();
    const layer = layers.find(({ config: { name } }) => name === "o")!;
    expect(layer.className).toBe(className);
    expect(layer.config).toMatchObject(config);
    expect(layer.calls!.map((call) => call.inputs)).toEqual([inputs]);
  });

  it.each<[string, Row, string]>([
    ["another one", ops("Einsum", [tensor("x")]), 'operator Einsum "o": no such layer'],
    [
      "an option that no layer has",
      ops("Relu", [tensor("x")], { negative: 1 }),
      'operator Relu "o": called with negative, which is not supported',
    ],
    ["a mean of all", ops("Mean", [tensor("x")], { axis: null }), 'operator Mean "o": no such layer'],
    ["a part of the batch", ops("GetItem", [tensor("x"), [slice(1)]]), 'operator GetItem "o": no such layer'],
    [
      "an array",
      ops("Add", [tensor("x"), [[1], [2]]]),
      'operator Add "o": expected tensors and numbers, got a tensor, [[1], [2]]',
    ],
    ["a function", lambda("o", [["x", 0, 0, {}]], "nn.conv2d"), 'TFOpLambda nn.conv2d "o": no such layer'],
  ])("%s is refused", (_, row, message) => {
    expect(() => modelFromJSON(graph([inputRow("x"), row], [["o", 0, 0]]))).toThrow(`- ${message}`);
  });
});

describe("what is no graph", () => {
  it.each<[string, unknown, string]>([
    [
      "a tensor of no layer",
      graph([inputRow("x"), dense("d", [[["z", 0, 0, {}]]])], [["d", 0, 0]]),
      'of its layers, got one of "z"',
    ],
    ["a circle", graph([inputRow("x"), dense("d", [[["d", 0, 0, {}]]])], [["d", 0, 0]]), "which wait for each other"],
    ["one name for two", graph([inputRow("x"), dense("x", [[["x", 0, 0, {}]]])], [["x", 0, 0]]), "its name is taken"],
    ["no outputs", graph([inputRow("x")], []), "expected output_layers of layers"],
    [
      "a call that is none",
      graph([inputRow("x"), dense("d", [7])], [["d", 0, 0]]),
      "expected a call as [layer, call, tensor]",
    ],
  ])("is refused: %s", (_, config, message) => {
    expect(() => modelFromJSON(config)).toThrow(message);
  });

  it("asks for no more calls than a computer can make, however few lines it has", () => {
    let model: Row = {
      class_name: "Sequential",
      config: { name: "s", layers: [{ class_name: "Flatten", config: {} }] },
    };
    for (let level = 0; level < 20; level++) {
      const calls = [[["x", 0, 0, {}]], [["m", 0, 0, {}]]];
      model = graph([inputRow("x"), { ...model, name: "m", inbound_nodes: calls }], [["m", 1, 0]]);
    }
    expect(() => modelFromJSON(model)).toThrow("modelFromJSON: expected at most 50000 calls of layers, got");
  });

  it("may have open sizes", () => {
    const image = inputRow("x", [null, null, null, 3]);
    const conv = {
      ...dense("d", [[["x", 0, 0, {}]]]),
      class_name: "Conv2D",
      config: { name: "d", filters: 2, kernel_size: 3 },
    };
    const model = modelFromJSON(graph([image, conv], [["d", 0, 0]]));
    expect(model.inputs[0]!.shape).toEqual([null, null, 3]);
    expect(modelFromJSON(JSON.stringify(model)).inputs[0]!.shape).toEqual([null, null, 3]);
  });
});
