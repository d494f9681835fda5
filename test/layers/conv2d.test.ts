import { describe, expect, it } from "vitest";
import { layers } from "wasm-cnn";
import { reluBackward, reluForward } from "../reference/activation.js";
import { conv2dBackward, conv2dForward, conv2dOutputShape } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { loadVectors } from "../vectors/load.js";
import { expectLayer } from "./expectLayer.js";

describe("conv2d computes what Keras computes", () => {
  it.each(loadVectors("conv2d"))("$name", async ({ w, b, dw, db, strides, dilation, padding, activation, ...rest }) => {
    const [kernelHeight, kernelWidth, , filters] = w.shape as [number, number, number, number];
    const kernelSize = [kernelHeight, kernelWidth] as const;
    const layer = layers.conv2d({ filters, kernelSize, strides, dilationRate: dilation, padding, activation });
    await expectLayer(layer, { ...rest, weights: [w, b], dweights: [dw, db] });
  });
});

/** (samples, height, width, channels), (kernel height, kernel width, filters), and what is not as usual. */
const CASES = [
  { x: [5, 3, 3, 1], kernel: [3, 3, 1] },
  { x: [1, 4, 4, 2], kernel: [4, 4, 2] },
  { x: [2, 1, 9, 3], kernel: [1, 4, 5] },
  { x: [3, 9, 1, 4], kernel: [3, 1, 7] },
  { x: [4, 6, 7, 5], kernel: [1, 1, 8] },
  { x: [5, 7, 6, 9], kernel: [3, 2, 17] },
  { x: [2, 13, 13, 32], kernel: [3, 3, 16] },
  { x: [3, 8, 9, 3], kernel: [3, 3, 6], strides: [2, 3] },
  { x: [2, 8, 8, 4], kernel: [2, 2, 9], strides: [4, 4] },
  { x: [3, 7, 5, 2], kernel: [4, 4, 3], padding: "same" },
  { x: [2, 7, 10, 6], kernel: [3, 5, 5], strides: [3, 2], padding: "same" },
  { x: [2, 9, 11, 4], kernel: [3, 2, 6], dilation: [2, 3] },
  { x: [1, 6, 6, 3], kernel: [5, 5, 2], dilation: [3, 3], padding: "same" },
] as const;

describe("conv2d computes what the reference computes", () => {
  for (const [i, one] of CASES.entries()) {
    for (const activation of ["linear", "relu"] as const) {
      it(`${JSON.stringify(one)} ${activation}`, async () => {
        const { x: shape, kernel, strides = [1, 1], dilation = [1, 1], padding = "valid" } = one as typeof one & Options;
        const [kernelHeight, kernelWidth, filters] = kernel;
        const values = random(i + 1);
        const x = values.tensor(shape);
        const w = values.tensor([kernelHeight, kernelWidth, shape[3], filters]);
        const b = values.tensor([filters]);
        const inputs = { x, w, b, strides, dilation, padding };
        const dy = values.tensor(conv2dOutputShape(inputs));
        const z = conv2dForward(inputs);
        const y = activation === "relu" ? reluForward(z) : z;
        const dz = activation === "relu" ? reluBackward({ dy, y }) : dy;
        const { dx, dw, db } = conv2dBackward({ ...inputs, dy: dz });
        const kernelSize = [kernelHeight, kernelWidth] as const;
        const options = { filters, kernelSize, strides, dilationRate: dilation, padding, activation };
        await expectLayer(layers.conv2d(options), { x, dy, weights: [w, b], y, dx, dweights: [dw, db] });
        const noBias = layers.conv2d({ ...options, activation: "linear", useBias: false });
        const plain = conv2dForward({ ...inputs, b: zeros(filters) });
        const gradients = conv2dBackward({ ...inputs, dy });
        await expectLayer(noBias, { x, dy, weights: [w], y: plain, dx: gradients.dx, dweights: [gradients.dw] });
      });
    }
  }
});
