// `node` or `web`: the ONNX model of the trained network. Both only infer.
import { join } from "node:path";
import { readWorkload, serve, toFloats } from "../../../build/bench/peers/serve.js";

const [kind] = process.argv.slice(2);
const ort = await import(`onnxruntime-${kind}`);

await serve(async (setup) => {
  const { images, batchSize } = readWorkload(setup);
  if (kind === "web") ort.env.wasm.numThreads = setup.threads;
  const session = await ort.InferenceSession.create(join(setup.folder, `seed${batchSize}.onnx`), {
    executionProviders: [kind === "web" ? "wasm" : "cpu"],
    graphOptimizationLevel: "all",
    intraOpNumThreads: setup.threads,
  });
  const inputs = images.map((bytes) => new ort.Tensor("float32", toFloats(bytes), [batchSize, 1, 28, 28]));
  const [output] = session.outputNames;
  return {
    async step(batch) {
      return (await session.run({ images: inputs[batch] }))[output].data;
    },
  };
});
