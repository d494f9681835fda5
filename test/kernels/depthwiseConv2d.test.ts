import { describe, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { compute, expectEqual, expectSamplesApart } from "./harness.js";

type Pair = readonly [number, number];

interface Case {
  readonly samples: number;
  readonly size: Pair;
  readonly channels: number;
  readonly kernel: Pair;
  readonly strides?: Pair;
  readonly dilation?: Pair;
}

const CASES: Case[] = [
  { samples: 0, size: [3, 3], channels: 4, kernel: [3, 3] },
  { samples: 1, size: [3, 3], channels: 1, kernel: [3, 3] },
  { samples: 2, size: [4, 7], channels: 8, kernel: [3, 3] },
  { samples: 3, size: [5, 4], channels: 11, kernel: [3, 3] },
  { samples: 2, size: [7, 9], channels: 5, kernel: [3, 3], strides: [2, 2] },
  { samples: 1, size: [7, 9], channels: 16, kernel: [3, 3], strides: [2, 1] },
  { samples: 1, size: [9, 8], channels: 6, kernel: [3, 3], dilation: [2, 3] },
  { samples: 1, size: [9, 7], channels: 9, kernel: [3, 3], dilation: [2, 1] },
  { samples: 2, size: [5, 5], channels: 3, kernel: [1, 1] },
  { samples: 2, size: [6, 7], channels: 12, kernel: [5, 2], strides: [1, 3] },
  { samples: 3, size: [1, 9], channels: 17, kernel: [1, 4], dilation: [1, 2] },
];

/** A kernel (kh, kw, c) as that of an ordinary convolution, zero but where input and output channel are the same. */
function spread(w: Tensor): Tensor {
  const [kh, kw, channels] = w.shape as [number, number, number];
  const full = tensor([kh, kw, channels, channels]);
  w.data.forEach((value, i) => {
    full.data[i * channels + (i % channels)] = value;
  });
  return full;
}

/** The entries of a full kernel that a depthwise one has. */
function gather(full: Tensor): Float64Array {
  const channels = full.shape[3]!;
  return Float64Array.from(
    { length: full.data.length / channels },
    (_, i) => full.data[i * channels + (i % channels)]!,
  );
}

describe("depthwiseConv2d", () => {
  it.each(CASES)("is the reference's, both passes: %j", (one) => {
    const { samples, size, channels, kernel, strides = [1, 1], dilation = [1, 1] } = one;
    const source = random(channels);
    const x = source.tensor([samples, ...size, channels]);
    const w = source.tensor([...kernel, channels]);
    const b = source.tensor([channels]);
    const full = { x, w: spread(w), strides, dilation };
    const y = conv2dForward({ ...full, b });
    const dy = source.tensor(y.shape);
    const old = source.tensor(w.shape);
    const { dx, dw } = conv2dBackward({ ...full, dy });
    const dims = [...size, channels, y.shape[1]!, y.shape[2]!, ...kernel, ...strides, ...dilation] as const;
    const actual = compute((arena) => {
      const [input, weights, gradient] = [arena.input(x.data), arena.input(w.data), arena.input(dy.data)];
      const blocks = {
        ...{ y: arena.output(y.data.length), plain: arena.output(y.data.length) },
        ...{ dw: arena.inout(old.data), dx: arena.output(dx.data.length) },
      };
      arena.call("depthwiseConv2dForward", samples, blocks.y, input, weights, arena.input(b.data), ...dims);
      arena.call("depthwiseConv2dForward", samples, blocks.plain, input, weights, 0, ...dims);
      arena.call("depthwiseConv2dBackwardKernelAdd", samples, blocks.dw, gradient, input, ...dims);
      arena.call("depthwiseConv2dBackwardInput", samples, blocks.dx, gradient, weights, ...dims);
      return blocks;
    });
    expectClose(actual.y, y.data, tolerances.kernelSum, "y");
    expectClose(actual.plain, conv2dForward(full).data, tolerances.kernelSum, "y without bias");
    expectClose(
      actual.dw,
      gather(dw).map((value, i) => value + old.data[i]!),
      tolerances.kernelSum,
      "dw",
    );
    expectClose(actual.dx, dx.data, tolerances.kernelSum, "dx");
  });

  it.each([
    [3, 2],
    [2, 2],
  ])("gives a sample the same bits wherever it lies: kernel %i x %i", (kernelHeight, kernelWidth) => {
    const source = random(7);
    const [x, w] = [source.tensor([3, 5, 5, 6]).data, source.tensor([kernelHeight, kernelWidth, 6]).data];
    const [rows, columns] = [6 - kernelHeight, 6 - kernelWidth];
    expectSamplesApart(3, [x], (samples, input) =>
      compute((arena) => {
        const y = arena.output(samples * rows * columns * 6);
        const dims = [5, 5, 6, rows, columns, kernelHeight, kernelWidth, 1, 1, 1, 1] as const;
        arena.call("depthwiseConv2dForward", samples, y, arena.input(input!), arena.input(w), 0, ...dims);
        return { y };
      }),
    );
  });

  it("turns kernels round", () => {
    const { turned } = compute((arena) => {
      const turned = arena.output(6);
      arena.call("depthwiseConv2dTurnKernel", turned, arena.input([1, 2, 3, 4, 5, 6]), 3, 2);
      return { turned };
    });
    expectEqual(turned, [5, 6, 3, 4, 1, 2]);
  });
});
