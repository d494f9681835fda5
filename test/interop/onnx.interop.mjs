import ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { writeOnnx } from "../../dist/files/onnx.js";
import { expectClose } from "../expectClose.ts";
import { NETWORKS, network, samplesFor } from "../files/networks.ts";
import { ONNX_CASES, randomized, someInputs } from "../files/onnxCases.ts";
import { toNchw } from "../files/runOnnx.ts";

import { toTensor } from "../reference/tensor.ts";
import { tolerances } from "../tolerances.ts";

/** As the layout has it, where they are images. */
const lie = (x, layout) => (layout === "nchw" && x.shape.length === 4 ? toNchw(x) : x);

async function run(bytes, x) {
  const session = await ort.InferenceSession.create(bytes);
  const { output } = await session.run({ input: new ort.Tensor("float32", Float32Array.from(x.data), x.shape) });
  return { shape: output.dims, data: output.data };
}

describe.each(Object.keys(NETWORKS))("onnxruntime on the network %s", (name) => {
  it.each(["nhwc", "nchw"])("predicts what we do, laid out as %s, for any number of samples", async (layout) => {
    const model = network(name);
    const bytes = writeOnnx(await model.snapshot(), { layout });
    for (const count of [1, 3]) {
      const x = toTensor(samplesFor(model, count));
      const expected = lie(toTensor(await model.predict(x)), layout);
      const actual = await run(bytes, lie(x, layout));
      expect(actual.shape).toEqual(expected.shape);
      expectClose(actual.data, expected.data, tolerances.interop);
    }
  });

  it("predicts nearly that with weights of half the bytes", async () => {
    const model = network(name);
    const x = toTensor(samplesFor(model, 3));
    const bytes = writeOnnx(await model.snapshot(), { float16: true });
    expectClose((await run(bytes, x)).data, (await model.predict(x)).data, tolerances.halfWeights);
  });
});

describe.each(Object.entries(ONNX_CASES))("onnxruntime on the layer %s", (_, cases) => {
  it.each(cases.map((make, i) => [i, make]))("predicts what we do, case %i", async (_, make) => {
    const model = randomized(make());
    const snapshot = await model.snapshot();
    const given = someInputs(model, 2);
    const names = Object.keys(given);
    const expected = toTensor(await model.predict(names.length === 1 ? given[names[0]] : given));
    for (const layout of ["nhwc", "nchw"]) {
      const feeds = names.map((name) => {
        const { data, shape } = lie(toTensor(given[name]), layout);
        return [names.length === 1 ? "input" : name, new ort.Tensor("float32", Float32Array.from(data), shape)];
      });
      const session = await ort.InferenceSession.create(writeOnnx(snapshot, { layout }));
      const { output } = await session.run(Object.fromEntries(feeds));
      const wanted = lie(expected, layout);
      expect(output.dims).toEqual(wanted.shape);
      expectClose(output.data, wanted.data, tolerances.interop);
    }
  });
});
