// `node` or `web`: the ONNX model of the trained network. Both only infer.
import { join } from "node:path";
import { readWorkload, serve, toFloats } from "../../../build/bench/peers/serve.js";

const [kind] = process.argv.slice(2);
const ort = await import(`onnxruntime-${kind}`);

/** ONNX has channels first. */
function channelsFirst(floats, batchSize, [height, width, channels]) {
  const result = new Float32Array(floats.length);
  const places = height * width;
  for (let n = 0; n < batchSize; n++) {
    for (let c = 0; c < channels; c++) {
      const plane = (n * channels + c) * places;
      for (let i = 0; i < places; i++) result[plane + i] = floats[(n * places + i) * channels + c];
    }
  }
  return new ort.Tensor("float32", result, [batchSize, channels, height, width]);
}

await serve(async (setup) => {
  const { images, batchSize, inputShape } = readWorkload(setup);
  if (kind === "web") ort.env.wasm.numThreads = setup.threads;
  const file = setup.network === "seed" ? `model${batchSize}.onnx` : "model.onnx";
  const session = await ort.InferenceSession.create(join(setup.folder, file), {
    executionProviders: [kind === "web" ? "wasm" : "cpu"],
    graphOptimizationLevel: "all",
    intraOpNumThreads: setup.threads,
    // Our writer leaves the number of samples open.
    freeDimensionOverrides: { N: batchSize },
  });
  const inputs = images.map((bytes) => channelsFirst(toFloats(bytes), batchSize, inputShape));
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  return {
    async step(batch) {
      return (await session.run({ [input]: inputs[batch] }))[output].data;
    },
  };
});
