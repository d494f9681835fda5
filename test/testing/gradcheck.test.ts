import { describe, expect, it } from "vitest";
import {
  customLoss,
  input,
  Layer,
  type LayerConfig,
  layers,
  losses,
  Model,
  type ProgramBuilder,
  type Recorded,
  type Region,
  Sequential,
  type Shape,
  type Weight,
} from "wasm-cnn";
import { assertGradients, type GradcheckOptions, gradcheck } from "wasm-cnn/testing";
import { random } from "../reference/random.js";

/** Another layer with a backward pass of its own. */
class Wrong extends Layer {
  readonly #inner: Layer;
  readonly #backward: (right: NonNullable<Recorded["backward"]>) => Recorded["backward"];

  constructor(inner: Layer, backward: (right: NonNullable<Recorded["backward"]>) => Recorded["backward"]) {
    super("Wrong");
    this.#inner = inner;
    this.#backward = backward;
  }

  outputShape(inputs: readonly Shape[]): Shape {
    return this.#inner.outputShape(inputs);
  }

  override weightSpecs(inputs: readonly Shape[]) {
    return this.#inner.weightSpecs(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const { outputs, backward } = this.#inner.record(program, inputs, weights);
    return { outputs, backward: this.#backward(backward!)! };
  }

  override config(): LayerConfig {
    return {};
  }
}

describe("gradcheck", () => {
  it("finds a layer right, every input and weight, and says how many elements it has looked at", async () => {
    const report = await gradcheck(layers.dense({ units: 3, activation: "tanh" }), { inputShape: [5], batchSize: 4 });
    expect(report.ok).toBe(true);
    const found = report.tensors.map(({ name, shape, checked, wrong }) => ({ name, shape, checked, wrong }));
    expect(found).toEqual([
      { name: "input", shape: [4, 5], checked: 20, wrong: 0 },
      { name: "kernel", shape: [5, 3], checked: 15, wrong: 0 },
      { name: "bias", shape: [3], checked: 3, wrong: 0 },
    ]);
    expect(report.worst!.relativeError).toBeLessThan(0.002);
    expect(String(report)).toMatch(
      /^gradcheck of dense\w*: ok, tolerance 0.002\n {2}input \(4, 5\): 20 checked, all right/,
    );
  });

  it("names a weight whose gradient is wrong, and no other", async () => {
    // The gradient is added twice.
    const layer = new Wrong(layers.dense({ units: 3 }), (right) => (dys) => {
      right(dys);
      return right(dys);
    });
    const report = await gradcheck(layer, { inputShape: [5] });
    expect(report.ok).toBe(false);
    expect(report.tensors.map(({ name, wrong }) => (wrong > 0 ? name : "right"))).toEqual(["right", "kernel", "bias"]);
    const { tensor, index, analytic, numeric } = report.worst!;
    expect(["kernel", "bias"]).toContain(tensor);
    expect(index).toHaveLength(tensor === "kernel" ? 2 : 1);
    expect(analytic / numeric).toBeCloseTo(2, 2);
    const message = String(report);
    expect(message).toContain(`worst: ${tensor}[${index.join(", ")}]: backward pass ${analytic}, differences of`);
    await expect(assertGradients(layer, { inputShape: [5] })).rejects.toThrow(message);
  });

  it("names the element of an input", async () => {
    // The way back of a transposition, without the transposition: right on the diagonal only.
    const layer = new Wrong(layers.permute({ dims: [2, 1] }), () => ([dy]) => [dy]);
    const report = await gradcheck(layer, { inputShape: [3, 3], batchSize: 1 });
    expect(report.tensors[0]).toMatchObject({ name: "input", checked: 9, wrong: 6 });
    const [sample, row, column] = report.worst!.index;
    expect(sample).toBe(0);
    expect(row).not.toBe(column);
  });

  it("finds a gradient that is missing, and one that is not a number", async () => {
    const missing = new Wrong(layers.rescaling({ scale: 1e-3 }), () => () => [undefined]);
    expect((await gradcheck(missing, { inputShape: [4] })).tensors[0]).toMatchObject({ wrong: 8 });
    const scale = new Wrong(
      layers.rescaling({ scale: 1e30 }),
      (right) => (dys) => right(right(right(dys) as never) as never),
    );
    expect((await gradcheck(scale, { inputShape: [4] })).ok).toBe(false);
  });

  it("takes a network with its weights, penalties and several inputs, and changes nothing in it", async () => {
    const [a, b] = [input({ shape: [4, 4, 1], name: "a" }), input({ shape: [3] })];
    let y = layers.conv2d({ filters: 2, kernelSize: 3, kernelRegularizer: "l2", activation: "relu" }).apply(a);
    y = layers.batchNormalization().apply(y);
    y = layers.dropout({ rate: 0.3 }).apply(layers.flatten().apply(y));
    y = layers.concatenate().apply([y, layers.dense({ units: 2, activityRegularizer: "l1" }).apply(b)]);
    const model = new Model({ inputs: [a, b], outputs: layers.dense({ units: 2 }).apply(y), seed: 3 });
    const before = await model.fingerprint();
    const report = await assertGradients(model, { batchSize: 3, elements: 30 });
    expect(report.tensors.map(({ name }) => name.replace(/\w+\//, ""))).toEqual([
      "input 0",
      "input 1",
      "kernel",
      "bias",
      "gamma",
      "beta",
      "kernel",
      "bias",
      "kernel",
      "bias",
    ]);
    expect(report.tensors.every(({ checked }) => checked <= 30)).toBe(true);
    expect(await model.fingerprint()).toBe(before);
    await assertGradients(model, { training: false, elements: 10 });
  });

  it("gives a Sequential the input shape that it has not", async () => {
    const model = new Sequential([layers.flatten(), layers.dense({ units: 2 })]);
    await assertGradients(model, { inputShape: [2, 2] });
    expect(model.inputs[0]!.shape).toEqual([2, 2]);
  });

  it("takes numbers in place of random ones", async () => {
    const data = Float32Array.of(1, 2, 3, 4);
    const report = await gradcheck(layers.softmax(), { inputs: { data, shape: [2, 2] } });
    expect(report.tensors[0]).toMatchObject({ shape: [2, 2], checked: 4, wrong: 0 });
    const bytes = await gradcheck(layers.dense({ units: 1 }), { inputs: { data: Uint8Array.of(3, 5), shape: [1, 2] } });
    expect(bytes.tensors.map(({ name }) => name)).toEqual(["kernel", "bias"]);
  });

  it("gives the same report for the same seed", async () => {
    const check = (seed: number) => gradcheck(layers.gaussianNoise({ stddev: 1 }), { inputShape: [3], seed });
    expect(await check(5)).toMatchObject({ worst: (await check(5)).worst });
    expect((await check(6)).worst!.analytic).not.toBe((await check(5)).worst!.analytic);
  });

  it.each<[GradcheckOptions, string]>([
    [{}, "gradcheck.inputShape: expected the shape of one sample, got undefined"],
    [{ inputShape: [3], batchSize: 0 }, "gradcheck.batchSize: expected an integer >= 1, got 0"],
    [{ inputShape: [3], tolerance: -1 }, "gradcheck.tolerance: expected a finite number >= 0, got -1"],
    [{ inputShape: [3], eps: 1 } as never, "gradcheck: expected options among inputShape"],
    [{ inputs: { data: new Float32Array(3), shape: [2, 2] } }, "gradcheck.inputs: expected 4 numbers"],
  ])("refuses %j", async (options, message) => {
    await expect(gradcheck(layers.dense({ units: 1 }), options)).rejects.toThrow(message);
  });

  it("refuses what is no layer", async () => {
    await expect(gradcheck({} as never)).rejects.toThrow("gradcheck: expected a layer or a model, got an object");
  });
});

describe("gradcheck of losses", () => {
  const oneHot = random(4).oneHot(4, 3);
  const targets = { data: oneHot.data, shape: [4, 3] };
  const model = () =>
    new Sequential([
      layers.dense({ units: 6, activation: "tanh", inputShape: [5] }),
      layers.dense({ units: 3, activation: "softmax" }),
    ]);

  it.each([
    ["a name", "categoricalCrossentropy", targets],
    ["an object", new losses.CategoricalFocalCrossentropy({ gamma: 1 }), targets],
    ["sparse targets", "sparseCategoricalCrossentropy", { data: [0, 2, 1, 1], shape: [4, 1] }],
    ["a sum", new losses.MeanSquaredError({ reduction: "sum" }), targets],
  ] as const)("takes %s", async (_, loss, targets) => {
    const report = await assertGradients(model(), { batchSize: 4, loss, targets });
    expect(report.tensors.map(({ name }) => name)).toEqual([
      ...["input", "dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"].map((name) =>
        expect.stringMatching(name.replace(/dense(_1)?/, "dense\\w*")),
      ),
    ]);
    expect(report.tensors[1]!.worst.analytic).not.toBe(0);
  });

  const pinball = (above: number) =>
    customLoss({
      name: `pinball${above}`,
      value: (t, p) => t.reduce((sum, each, i) => sum + Math.max(0.9 * (each - p[i]!), 0.1 * (p[i]! - each)), 0),
      gradient: (t, p, gradient) => {
        for (const [i, each] of t.entries()) gradient[i] = each > p[i]! ? above : 0.1;
      },
    });

  it("takes one of your own, and finds it wrong where it is", async () => {
    const options = { inputShape: [3], batchSize: 4, targets };
    await assertGradients(layers.dense({ units: 3 }), { ...options, loss: pinball(-0.9) });
    const report = await gradcheck(layers.dense({ units: 3 }), { ...options, loss: pinball(-0.8) });
    expect(report.ok).toBe(false);
    // The loss by itself.
    await assertGradients(layers.identity(), { ...options, loss: "huber" });
  });

  it("takes one for each output, and shards", async () => {
    const x = input({ shape: [3] });
    const outputs = [layers.dense({ units: 3 }).apply(x), layers.dense({ units: 2, activation: "sigmoid" }).apply(x)];
    const two = new Model({ inputs: x, outputs });
    const loss = ["mae", "binaryCrossentropy"] as const;
    const more = [targets, { data: [1, 0, 0, 1, 1, 1, 0, 0], shape: [4, 2] }];
    await assertGradients(two, { batchSize: 4, shardSamples: 3, loss, targets: more });
    await expect(gradcheck(two, { batchSize: 4, loss: "mae", targets })).rejects.toThrow(
      "gradcheck.loss: expected 2, one an output, got 1",
    );
  });

  it.each([
    [{ loss: "mse" }, "gradcheck.targets: expected the targets of the loss, got undefined"],
    [{ targets }, "gradcheck.loss: expected the loss of the targets, got undefined"],
    [
      { loss: "mse", targets: { data: [1, 2], shape: [2] } },
      "gradcheck.targets: expected (4, 3), got (2,) with 2 numbers",
    ],
    [{ loss: "nothing", targets }, /^gradcheck.loss: expected /],
  ] as const)("refuses %j", async (options, message) => {
    await expect(gradcheck(model(), { batchSize: 4, ...(options as object) })).rejects.toThrow(message);
  });
});
