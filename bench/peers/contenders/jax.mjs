// `own` or `patches`: jax-js on its wasm backend (NCHW), training and inference under its jit. With "patches" the convolutions
// are matrix products of patches made by hand (NHWC), as the gradient of its own convolution is slow.
import { toChannelsFirst, toOihw } from "../../../build/bench/peers/onnxModel.js";
import { readWorkload, serve, toFloats, toOneHot } from "../../../build/bench/peers/serve.js";
import { provideWebWorkers } from "./webWorkers.mjs";

const [convolution] = process.argv.slice(2);
const RATE = 1e-3;
const RHO = 0.9;
const EPSILON = 1e-7;

await serve(async (setup) => {
  const { weights, images, labels, batchSize } = readWorkload(setup);
  if (setup.threads > 1) provideWebWorkers(setup.threads);
  const { defaultDevice, init, jit, lax, nn, numpy: np, valueAndGrad } = await import("@jax-js/jax");
  await init("wasm");
  defaultDevice("wasm");

  const own = {
    images: [batchSize, 1, 28, 28],
    weights: weights.map((weight, i) => {
      if (i < 6) return i % 2 === 0 ? toOihw(weight) : { data: weight.data, shape: [1, weight.shape[0], 1, 1] };
      return i === 6 ? toChannelsFirst(weight, 64) : weight;
    }),
    conv: (x, kernel, bias) => nn.relu(lax.conv(x, kernel, [1, 1], "VALID").add(bias)),
    pool(x) {
      const [n, c, h, w] = x.shape;
      const [height, width] = [h >> 1, w >> 1];
      const whole = x.slice([], [], [0, 2 * height], [0, 2 * width]);
      return np.max(whole.reshape([n, c, height, 2, width, 2]), [3, 5]);
    },
  };
  const patches = {
    images: [batchSize, 28, 28, 1],
    weights,
    conv(x, kernel, bias) {
      const [n, h, w, c] = x.shape;
      const [rows, columns] = [h - 2, w - 2];
      const shifted = [];
      for (let kh = 0; kh < 3; kh++) {
        for (let kw = 0; kw < 3; kw++) shifted.push(x.ref.slice([], [kh, kh + rows], [kw, kw + columns], []));
      }
      x.dispose();
      const rowsOfPatches = np.concatenate(shifted, 3).reshape([n * rows * columns, 9 * c]);
      const filters = kernel.shape[3];
      const product = np.matmul(rowsOfPatches, kernel.reshape([9 * c, filters]));
      return nn.relu(product.add(bias)).reshape([n, rows, columns, filters]);
    },
    pool(x) {
      const [n, h, w, c] = x.shape;
      const [height, width] = [h >> 1, w >> 1];
      const whole = x.slice([], [0, 2 * height], [0, 2 * width], []);
      return np.max(whole.reshape([n, height, 2, width, 2, c]), [2, 4]);
    },
  };
  const form = { own, patches }[convolution];

  const logits = ([k1, b1, k2, b2, k3, b3, k4, b4, k5, b5], x) => {
    const pooled = form.pool(form.conv(form.pool(form.conv(x, k1, b1)), k2, b2));
    const features = form.conv(pooled, k3, b3).reshape([batchSize, 576]);
    return np.matmul(nn.relu(np.matmul(features, k4).add(b4)), k5).add(b5);
  };
  const lossOf = (parameters, x, y) =>
    nn
      .logSoftmax(logits(parameters, x))
      .mul(y)
      .sum()
      .mul(-1 / batchSize);
  const predict = jit((parameters, x) => nn.softmax(logits(parameters, x)));
  const train = jit((parameters, squares, x, y) => {
    const [loss, gradients] = valueAndGrad(lossOf)(
      parameters.map((p) => p.ref),
      x,
      y,
    );
    const means = gradients.map((g, i) => squares[i].mul(RHO).add(np.square(g.ref).mul(1 - RHO)));
    const next = parameters.map((p, i) => p.sub(gradients[i].mul(RATE).div(np.sqrt(means[i].ref.add(EPSILON)))));
    return [loss, next, means];
  });

  let parameters = form.weights.map(({ data, shape }) => np.array(data).reshape(shape));
  let squares = form.weights.map(({ shape }) => np.zeros(shape));
  const inputs = images.map((bytes) => np.array(toFloats(bytes)).reshape(form.images));
  const targets = labels.map((classes) => np.array(toOneHot(classes, 10)).reshape([batchSize, 10]));
  return {
    note: convolution === "patches" ? "convolutions as matrix products of patches, made by hand" : undefined,
    async step(batch) {
      if (!setup.training)
        return predict(
          parameters.map((p) => p.ref),
          inputs[batch].ref,
        ).data();
      const [loss, next, means] = train(parameters, squares, inputs[batch].ref, targets[batch].ref);
      [parameters, squares] = [next, means];
      return (await loss.data())[0];
    },
  };
});
