import { describe, expect, it, onTestFinished, vi } from "vitest";
import { layers, Sequential } from "wasm-cnn";
import { productScratch } from "../../src/layers/base/scratch.js";
import { enableRelaxedSimd } from "../enableRelaxedSimd.js";
import { expectClose } from "../expectClose.js";
import { compute } from "../kernels/harness.js";
import { pack } from "../kernels/panels.js";
import { tolerances } from "../tolerances.js";
import { smallData, smallLayers, smallModel } from "./small.js";

const options = { optimizer: "rmsprop", loss: "categoricalCrossentropy", metrics: ["accuracy"] } as const;
const { x, y } = smallData(70);

function relaxedModel(): Sequential {
  const model = new Sequential(smallLayers(), { seed: 1 });
  model.compile({ ...options, relaxed: true });
  return model;
}

describe.runIf(enableRelaxedSimd())("a model compiled with relaxed: true", () => {
  it("trains close to the default, and to the same bits each time", async () => {
    const train = async (model: Sequential) => {
      const { history } = await model.fit(x, y, { epochs: 5, batchSize: 16 });
      return { losses: history.loss!, fingerprint: await model.fingerprint() };
    };
    const [expected, first, second] = [
      await train(smallModel()),
      await train(relaxedModel()),
      await train(relaxedModel()),
    ];
    expectClose(first.losses, expected.losses, tolerances.relaxedTraining);
    expect(second).toEqual(first);
  });

  it("evaluates and predicts close to the default, each on its own first", async () => {
    const { loss } = await smallModel().evaluate(x, y);
    expectClose([(await relaxedModel().evaluate(x, y)).loss], [loss], tolerances.relaxedTraining);
    const { data } = await smallModel().predict(x);
    expectClose((await relaxedModel().predict(x)).data, data, tolerances.relaxedTraining);
    const logs = await smallModel().trainOnBatch(x, y);
    expectClose([(await relaxedModel().trainOnBatch(x, y)).loss], [logs.loss], tolerances.relaxedTraining);
  });

  it("begins with the weights of the default", async () => {
    expect(await relaxedModel().fingerprint()).toBe(await smallModel().fingerprint());
  });

  it("gives a sample the same bits in every batch", async () => {
    const model = relaxedModel();
    const { data } = await model.predict(x, { batchSize: 70 });
    for (const batchSize of [1, 3, 8, 64]) expect((await model.predict(x, { batchSize })).data).toEqual(data);
  });

  it("predicts with the weights of the moment of the call, while its kernels are still being loaded", async () => {
    const model = relaxedModel();
    const before = model.predict(x);
    model.setWeights(model.getWeights().map(({ data }) => ({ data: data.fill(0) })));
    expect((await before).data).toEqual((await relaxedModel().predict(x)).data);
    expect(new Set((await model.predict(x)).data)).toEqual(new Set([Math.fround(1 / 3)]));
  });

  it("uses their arithmetic, and the default one as soon as it is compiled without", async () => {
    // -(1 + 2^-11) + (1 + 2^-12)^2 is 2^-24 if it is rounded once, and 0 if the square is rounded first.
    const x = [1, 1 + 2 ** -12];
    const w = [-(1 + 2 ** -11), 0, 1 + 2 ** -12, 0];
    const { c } = compute(
      (arena) => {
        const c = arena.output(2);
        arena.call("gemmNN", 1, c, arena.input(x), pack(arena, w, 2, 2), 0, arena.output(productScratch(2)), 1, 2, 2);
        return { c };
      },
      ["relaxed"],
    );
    const model = new Sequential([layers.dense({ units: 2, inputShape: [2] })]);
    model.setWeights([{ data: Float32Array.from(w) }, { data: new Float32Array(2) }]);
    const predict = async () => (await model.predict([x])).data;
    expect(await predict()).toEqual(Float32Array.of(0, 0));
    model.compile({ ...options, relaxed: true });
    expect(await predict()).toEqual(c);
    expect([0, 2 ** -24]).toContain(c[0]);
    model.compile(options);
    expect(await predict()).toEqual(Float32Array.of(0, 0));
  });
});

describe("where there is no relaxed SIMD", () => {
  function withoutRelaxedSimd(): void {
    const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
    onTestFinished(() => validate.mockRestore());
  }

  it("relaxed: true is refused, and nothing changes", async () => {
    const [model, untouched] = [smallModel(), smallModel()];
    withoutRelaxedSimd();
    expect(() => model.compile({ ...options, relaxed: true })).toThrow(
      new Error(
        "compile.relaxed: expected an engine with relaxed SIMD, got one without; leave the option out to train on the " +
          "default kernels",
      ),
    );
    for (const each of [model, untouched]) await each.fit(x, y);
    expect(await model.fingerprint()).toBe(await untouched.fingerprint());
  });

  it("relaxed: false is not", async () => {
    withoutRelaxedSimd();
    const model = smallModel();
    model.compile({ ...options, relaxed: false });
    await model.fit(x, y);
  });
});
