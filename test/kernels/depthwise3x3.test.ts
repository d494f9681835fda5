import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { type Block, compute, expectSamplesApart } from "./harness.js";

type Pair = readonly [number, number];

interface Case {
  readonly samples: number;
  readonly size: Pair;
  readonly channels: number;
  readonly stride: 1 | 2;
  /** Zeros above, below, left and right. */
  readonly around: readonly [number, number, number, number];
}

const CASES: Case[] = [
  { samples: 0, size: [3, 3], channels: 4, stride: 1, around: [1, 1, 1, 1] },
  { samples: 1, size: [1, 1], channels: 1, stride: 1, around: [1, 1, 1, 1] },
  { samples: 2, size: [1, 2], channels: 5, stride: 1, around: [1, 1, 1, 1] },
  { samples: 2, size: [3, 3], channels: 4, stride: 1, around: [0, 0, 0, 0] },
  { samples: 3, size: [5, 4], channels: 11, stride: 1, around: [1, 1, 1, 1] },
  { samples: 2, size: [4, 5], channels: 6, stride: 1, around: [2, 2, 2, 2] },
  { samples: 2, size: [1, 1], channels: 3, stride: 1, around: [2, 2, 2, 2] },
  // Pieces of a row: one place short of two, two, one more, and a last piece that sees one column or none.
  ...[31, 32, 33, 63, 65].map((width) => ({
    ...{ samples: 1, size: [2, width] as const, channels: 8, stride: 1 as const, around: [1, 1, 1, 1] as const },
  })),
  ...[31, 32].map((width) => ({
    ...{ samples: 1, size: [2, width] as const, channels: 4, stride: 1 as const, around: [2, 2, 2, 2] as const },
  })),
  { samples: 2, size: [7, 9], channels: 5, stride: 2, around: [0, 0, 0, 0] },
  { samples: 2, size: [8, 10], channels: 7, stride: 2, around: [0, 0, 0, 0] },
  { samples: 1, size: [1, 1], channels: 4, stride: 2, around: [1, 1, 1, 1] },
  { samples: 2, size: [8, 6], channels: 12, stride: 2, around: [0, 1, 0, 1] },
  { samples: 2, size: [7, 5], channels: 9, stride: 2, around: [1, 1, 1, 1] },
  { samples: 1, size: [4, 70], channels: 4, stride: 2, around: [0, 1, 0, 1] },
  { samples: 1, size: [5, 67], channels: 3, stride: 2, around: [1, 1, 1, 1] },
];

/** x between zeros. */
function padded(x: Tensor, [above, below, left, right]: Case["around"]): Tensor {
  const [samples, height, width, channels] = x.shape as [number, number, number, number];
  const y = tensor([samples, height + above + below, width + left + right, channels]);
  const [rows, columns] = y.shape.slice(1) as [number, number];
  x.data.forEach((value, at) => {
    const [c, j, i, n] = [
      at % channels,
      Math.floor(at / channels) % width,
      Math.floor(at / channels / width) % height,
      Math.floor(at / channels / width / height),
    ];
    y.data[((n * rows + i + above) * columns + j + left) * channels + c] = value;
  });
  return y;
}

/** What lies within the zeros. */
function inner(y: Tensor, { samples, size, channels, around }: Case): Float64Array {
  const [height, width] = size;
  const columns = y.shape[2]!;
  return Float64Array.from({ length: samples * height * width * channels }, (_, at) => {
    const [c, j, i] = [at % channels, Math.floor(at / channels) % width, Math.floor(at / channels / width) % height];
    const n = Math.floor(at / channels / width / height);
    return y.data[((n * y.shape[1]! + i + around[0]) * columns + j + around[2]) * channels + c]!;
  });
}

/** A kernel (3, 3, c) as that of an ordinary convolution, zero but where input and output channel are the same. */
function spread(w: Tensor): Tensor {
  const channels = w.shape[2]!;
  const full = tensor([3, 3, channels, channels]);
  w.data.forEach((value, i) => {
    full.data[i * channels + (i % channels)] = value;
  });
  return full;
}

const NONE = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

describe("depthwise3x3", () => {
  it.each(CASES)("is the reference's, both passes: %j", (one) => {
    const { samples, size, channels, stride, around } = one;
    const source = random(channels + size[1]);
    const x = source.tensor([samples, ...size, channels]);
    const w = source.tensor([3, 3, channels]);
    const b = source.tensor([channels]);
    const full = { x: padded(x, around), w: spread(w), strides: [stride, stride] as const };
    const y = conv2dForward({ ...full, b });
    const dy = source.tensor(y.shape);
    const old = source.tensor(w.shape);
    const { dx, dw } = conv2dBackward({ ...full, dy });
    const [outHeight, outWidth] = y.shape.slice(1) as [number, number];
    const sizes = [...size, channels, outHeight, outWidth] as const;
    const [top, , left] = around;
    const windows = [stride, top, left] as const;
    const forward = compute((arena) => {
      const [input, weights] = [arena.input(x.data), arena.input(w.data)];
      const call = (bias: Block | number, bounds: Pair) => {
        const y = arena.output(dy.data.length);
        const operands = [y, input, weights, bias, arena.output(size[1] * channels)] as const;
        arena.call("depthwise3x3Forward", samples, ...operands, ...sizes, ...windows, ...bounds);
        return y;
      };
      return { y: call(arena.input(b.data), NONE), plain: call(0, NONE), cut: call(0, [-0.25, 0.5]) };
    });
    const plain = conv2dForward(full).data;
    expectClose(forward.y, y.data, tolerances.kernelSum, "y");
    expectClose(forward.plain, plain, tolerances.kernelSum, "y without bias");
    const cut = plain.map((value) => Math.min(Math.max(value, -0.25), 0.5));
    expectClose(forward.cut, cut, tolerances.kernelSum, "y between bounds");
    // Only the forward pass, which is an input gradient too, has that many zeros.
    if (top > 1) return;
    const backward = compute((arena) => {
      const [input, weights, gradient] = [arena.input(x.data), arena.input(w.data), arena.input(dy.data)];
      const zeros = () => arena.output(Math.max(size[1], outWidth) * channels);
      const blocks = { dw: arena.inout(old.data), dx: arena.output(x.data.length) };
      arena.call("depthwise3x3BackwardKernelAdd", samples, blocks.dw, gradient, input, zeros(), ...sizes, ...windows);
      if (stride === 2) {
        arena.call("depthwise3x3BackwardInput", samples, blocks.dx, gradient, weights, zeros(), ...sizes, top, left);
      } else {
        // The convolution of dy with the kernels turned round.
        const turned = arena.output(9 * channels);
        arena.call("depthwiseConv2dTurnKernel", turned, weights, 9, channels);
        const turnedSizes = [outHeight, outWidth, channels, ...size, 1, 2 - top, 2 - left] as const;
        arena.call("depthwise3x3Forward", samples, blocks.dx, gradient, turned, 0, zeros(), ...turnedSizes, ...NONE);
      }
      return blocks;
    });
    const channel = (i: number) => dw.data[i * channels + (i % channels)]!;
    expectClose(
      backward.dw,
      old.data.map((value, i) => value + channel(i)),
      tolerances.kernelSum,
      "dw",
    );
    expectClose(backward.dx, inner(dx, one), tolerances.kernelSum, "dx");
  });

  it.each([1, 2])("gives a sample the same bits wherever it lies: stride %i", (stride) => {
    const source = random(7);
    const [x, w] = [source.tensor([3, 6, 6, 6]).data, source.tensor([3, 3, 6]).data];
    const [out, before] = stride === 1 ? [6, 1] : [3, 0];
    expectSamplesApart(3, [x], (samples, input) =>
      compute((arena) => {
        const y = arena.output(samples * out * out * 6);
        const dims = [6, 6, 6, out, out, stride, before, before, ...NONE] as const;
        arena.call(
          "depthwise3x3Forward",
          samples,
          y,
          arena.input(input!),
          arena.input(w),
          0,
          arena.output(36),
          ...dims,
        );
        return { y };
      }),
    );
  });

  it("keeps a NaN between bounds", () => {
    const { y } = compute((arena) => {
      const y = arena.output(4);
      const dims = [1, 1, 4, 1, 1, 1, 1, 1, 0, 6] as const;
      const x = arena.input([Number.NaN, 9, -1, 3]);
      arena.call("depthwise3x3Forward", 1, y, x, arena.input(new Array(36).fill(1)), 0, arena.output(4), ...dims);
      return { y };
    });
    expect([...y]).toEqual([Number.NaN, 6, 0, 3]);
  });
});
