// ConvNetJS: plain JavaScript in doubles, sample by sample. Its "windowgrad" is RMSprop with epsilon inside the root.
import { createRequire } from "node:module";
import { readWorkload, serve, toFloats } from "../../../build/bench/peers/serve.js";

const require = createRequire(import.meta.url);
const convnetjs = require("convnetjs");

await serve(async (setup) => {
  const { weights, images, labels, batchSize } = readWorkload(setup);
  const net = new convnetjs.Net();
  net.makeLayers([
    { type: "input", out_sx: 28, out_sy: 28, out_depth: 1 },
    { type: "conv", sx: 3, filters: 32, activation: "relu" },
    { type: "pool", sx: 2, stride: 2 },
    { type: "conv", sx: 3, filters: 64, activation: "relu" },
    { type: "pool", sx: 2, stride: 2 },
    { type: "conv", sx: 3, filters: 64, activation: "relu" },
    { type: "fc", num_neurons: 64, activation: "relu" },
    { type: "softmax", num_classes: 10 },
  ]);
  const layers = net.layers.filter(({ filters }) => filters);
  for (const [i, { filters, biases }] of layers.entries()) {
    const { data: kernel } = weights[2 * i];
    for (const [o, { w }] of filters.entries()) {
      for (let j = 0; j < w.length; j++) w[j] = kernel[j * filters.length + o];
    }
    biases.w.set(weights[2 * i + 1].data);
  }
  const trainer = new convnetjs.Trainer(net, {
    method: "windowgrad",
    learning_rate: 1e-3,
    ro: 0.9,
    eps: 1e-7,
    batch_size: batchSize,
  });
  const samples = images.map((bytes) =>
    Array.from({ length: batchSize }, (_, n) => {
      const volume = new convnetjs.Vol(28, 28, 1, 0);
      volume.w.set(toFloats(bytes.subarray(n * 784, (n + 1) * 784)));
      return volume;
    }),
  );
  return {
    note: "one thread: it has no more",
    step(batch) {
      if (!setup.training) return samples[batch].flatMap((sample) => Array.from(net.forward(sample).w));
      const losses = samples[batch].map((sample, n) => trainer.train(sample, labels[batch][n]).cost_loss);
      return losses.reduce((sum, loss) => sum + loss, 0) / batchSize;
    },
  };
});
