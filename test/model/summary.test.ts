import { describe, expect, it, vi } from "vitest";
import { layers, RMSprop, Sequential, type SummaryOptions } from "wasm-cnn";
import { loadVectors } from "../vectors/load.js";

// Names count up within a process: they are given here as a new session of Keras gives them.
const { conv2d, dense, flatten, maxPooling2d, rescaling } = layers;

function seedNetwork(): Sequential {
  const model = new Sequential(
    [
      rescaling({ name: "rescaling", scale: 1 / 255, inputShape: [28, 28, 1] }),
      conv2d({ name: "conv2d", filters: 32, kernelSize: 3, activation: "relu" }),
      maxPooling2d({ name: "max_pooling2d", poolSize: 2 }),
      conv2d({ name: "conv2d_1", filters: 64, kernelSize: 3, activation: "relu" }),
      maxPooling2d({ name: "max_pooling2d_1", poolSize: 2 }),
      conv2d({ name: "conv2d_2", filters: 64, kernelSize: 3, activation: "relu" }),
      flatten({ name: "flatten" }),
      dense({ name: "dense", units: 64, activation: "relu" }),
      dense({ name: "dense_1", units: 10, activation: "softmax" }),
    ],
    { name: "sequential", seed: 1 },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

function longNames(): Sequential {
  const model = [
    conv2d({ name: "a_rather_long_name_of_a_first_convolution", filters: 8, kernelSize: 3, inputShape: [28, 28, 1] }),
    maxPooling2d({ name: "a_name_of_31_characters_is_this" }),
    flatten({ name: "a_name_of_22_character" }),
    dense({ name: "a_very_long_name_that_does_not_fit_into_one_line_of_the_table_at_all", units: 1200 }),
    dense({ name: "name with blanks in it and on and on", units: 10 }),
  ];
  return new Sequential(model, { name: "model_with_long_names" });
}

const frozen = () =>
  new Sequential(
    [dense({ name: "dense", units: 7, inputShape: [3], trainable: false }), dense({ name: "dense_1", units: 1 })],
    { name: "frozen" },
  );

const oneLayer = (units = 1, inputs = 3) =>
  new Sequential([dense({ name: "dense", units, inputShape: [inputs] })], { name: "tiny" });

const MODELS: Record<string, () => Sequential | Promise<Sequential>> = {
  seed: seedNetwork,
  "seed, trained": async () => {
    const model = seedNetwork();
    await model.trainOnBatch(new Uint8Array(28 * 28), [[1, 0, 0, 0, 0, 0, 0, 0, 0, 0]]);
    return model;
  },
  "long names": longNames,
  frozen,
  "one layer": oneLayer,
};

const NOT_OURS: Record<string, string> = {
  "seed, cropped by the terminal": "the text does not depend on the terminal",
  unbuilt: "a model that does not know its input shape is refused",
};

const MEMORY = /\n Memory: (\d+\.\d\d) ([KM])B$/;
const silent = () => {};
const textOf = (model: Sequential, options: SummaryOptions = {}) => model.summary({ print: silent, ...options });

describe("summary is Keras'", () => {
  it.for(loadVectors("summary"))("$name, $columns columns, line length $lineLength", async (vector, { skip }) => {
    const { name, columns, lineLength } = vector;
    skip(name in NOT_OURS, NOT_OURS[name]);
    const text = textOf(await MODELS[name]!(), { lineLength: lineLength ?? Math.min(88, columns - 4) });
    expect(`${text.replace(MEMORY, "")}\n`).toBe(vector.text);
    expect(MEMORY.test(text)).toBe(name === "seed, trained");
  });

  // What Keras prints for line_length 40 and 16, its least.
  it("wraps the header, and cuts words that do not fit", () => {
    expect(textOf(oneLayer(), { lineLength: 40 }).split("\n").slice(1, 7).join("\n")).toBe(
      `
┏━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━┓
┃                 ┃ Output     ┃ Param ┃
┃ Layer (type)    ┃ Shape      ┃     # ┃
┡━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━┩
│ dense (Dense)   │ (None, 1)  │     4 │
└─────────────────┴────────────┴───────┘`.trim(),
    );
    expect(textOf(oneLayer(), { lineLength: 16 }).split("\n").slice(1, 8).join("\n")).toBe(
      `
┏━━━━━━┳━━━┳━━━┓
┃ Lay… ┃ … ┃ … ┃
┃ (ty… ┃ … ┃ # ┃
┡━━━━━━╇━━━╇━━━┩
│ den… │ … │ 4 │
│ (De… │ … │   │
└──────┴───┴───┘`.trim(),
    );
  });

  it("writes sizes without commas, exact halves rounded to the even neighbour", () => {
    expect(textOf(oneLayer(10, 24))).toContain(" Total params: 250 (1000.00 B)");
    expect(textOf(oneLayer(32, 8))).toContain(" Total params: 288 (1.12 KB)"); // 1.125
    expect(textOf(oneLayer(96, 8))).toContain(" Total params: 864 (3.38 KB)"); // 3.375
  });

  it("counts what the optimizer keeps for the parameters it trains", async () => {
    const model = new Sequential([
      dense({ units: 7, inputShape: [3], trainable: false }),
      dense({ units: 2, activation: "softmax" }),
    ]);
    const optimizer = new RMSprop({ momentum: 0.5, centered: true });
    model.compile({ optimizer, loss: "categoricalCrossentropy" });
    expect(textOf(model)).not.toContain("Optimizer");
    await model.trainOnBatch([[1, 2, 3]], [[1, 0]]);
    expect(textOf(model).split("\n").slice(-5, -1)).toEqual([
      " Total params: 94 (380.00 B)",
      " Trainable params: 16 (64.00 B)",
      " Non-trainable params: 28 (112.00 B)",
      " Optimizer params: 50 (204.00 B)",
    ]);
  });
});

describe("summary", () => {
  it("fits a terminal of 80 columns by default", () => {
    expect(textOf(oneLayer())).toBe(textOf(oneLayer(), { lineLength: 76 }));
  });

  it("tells, after a step, the memory: room for the weights, a slot and eight gradients at least", async () => {
    const [, size, unit] = MEMORY.exec(textOf(await MODELS["seed, trained"]!()))!;
    expect(Number(size) * (unit === "M" ? 2 ** 20 : 2 ** 10)).toBeGreaterThan(10 * 4 * 93322);
  });

  it("hands the whole text to print once, and returns it", () => {
    const print = vi.fn();
    const text = oneLayer().summary({ print });
    expect(print.mock.calls).toEqual([[text]]);
    expect(text.endsWith("(0.00 B)")).toBe(true);
  });

  it("prints to the console by default", () => {
    const log = vi.spyOn(console, "log").mockImplementation(silent);
    const text = oneLayer().summary();
    expect(log.mock.calls).toEqual([[text]]);
    log.mockRestore();
  });

  it.each([
    [{ lineLength: 15 }, RangeError, "summary.lineLength: expected an integer >= 16, got 15"],
    [{ lineLength: 76.5 }, RangeError, "summary.lineLength: expected an integer >= 16, got 76.5"],
    [{ lineLength: "76" }, TypeError, 'summary.lineLength: expected an integer >= 16, got "76"'],
    [{ print: "stdout" }, TypeError, 'summary.print: expected a function, got "stdout"'],
    [
      { line_length: 76 },
      TypeError,
      'summary: expected options among print, lineLength, expandNested, got "line_length"',
    ],
    [76, TypeError, "summary: expected an object of options, got 76"],
  ])("refuses %j", (options, kind, message) => {
    const call = () => oneLayer().summary(options as SummaryOptions);
    expect(call).toThrow(kind);
    expect(call).toThrow(message);
  });

  it("needs to know the input shape", () => {
    expect(() => textOf(new Sequential([dense({ units: 1 })]))).toThrow(/^summary: expected a model that knows/);
  });
});
