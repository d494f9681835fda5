import { describe, it } from "vitest";
import { random } from "../reference/random.js";
import { channelCounts } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

/** Input size, output size, place of the input in it. */
type Frame = readonly [height: number, width: number, outHeight: number, outWidth: number, top: number, left: number];

const frames: Frame[] = [
  [1, 1, 1, 1, 0, 0],
  [1, 1, 3, 3, 1, 1],
  [3, 5, 5, 7, 1, 1],
  [4, 3, 5, 3, 0, 0],
  [4, 3, 4, 5, 0, 2],
  [5, 6, 9, 13, 2, 4],
];

function forward(samples: number, x: ArrayLike<number>, frame: Frame, channels: number) {
  const [height, width, outHeight, outWidth, top, left] = frame;
  return compute((arena) => {
    const y = arena.output(samples * outHeight * outWidth * channels);
    const dims = [height, width, channels, outHeight, outWidth, top, left] as const;
    arena.call("pad2dForward", samples, y, arena.input(x), ...dims);
    return { y };
  });
}

function backward(samples: number, dy: ArrayLike<number>, frame: Frame, channels: number) {
  const [height, width, outHeight, outWidth, top, left] = frame;
  return compute((arena) => {
    const dx = arena.output(samples * height * width * channels);
    const dims = [height, width, channels, outHeight, outWidth, top, left] as const;
    arena.call("pad2dBackward", samples, dx, arena.input(dy), ...dims);
    return { dx };
  });
}

/** Calls back with the index of each number of the input and its index in the output. */
function eachPlace(samples: number, frame: Frame, channels: number, call: (x: number, y: number) => void): void {
  const [height, width, outHeight, outWidth, top, left] = frame;
  for (let x = 0; x < samples * height * width * channels; x++) {
    const c = x % channels;
    const j = Math.floor(x / channels) % width;
    const i = Math.floor(x / (channels * width)) % height;
    const n = Math.floor(x / (channels * width * height));
    call(x, ((n * outHeight + top + i) * outWidth + left + j) * channels + c);
  }
}

describe("pad2d", () => {
  it.each(frames)("puts %i x %i into %i x %i at (%i, %i), and takes its gradient out", (...frame) => {
    const source = random(3);
    const [height, width, outHeight, outWidth] = frame;
    for (const channels of channelCounts) {
      for (const samples of [0, 1, 3]) {
        const x = source.tensor([samples, height, width, channels]).data;
        const y = new Float64Array(samples * outHeight * outWidth * channels);
        eachPlace(samples, frame, channels, (from, to) => {
          y[to] = x[from]!;
        });
        expectEqual(forward(samples, x, frame, channels).y, y, `y of ${samples} x ${channels}`);
        const dy = source.tensor([samples, outHeight, outWidth, channels]).data;
        const dx = new Float64Array(x.length);
        eachPlace(samples, frame, channels, (from, to) => {
          dx[from] = dy[to]!;
        });
        expectEqual(backward(samples, dy, frame, channels).dx, dx, `dx of ${samples} x ${channels}`);
      }
    }
  });

  it("gives a sample the same bits at any place", () => {
    const source = random(4);
    const frame = frames[2]!;
    const inputs = [source.tensor([4, 3, 5, 5]).data];
    expectSamplesApart(4, inputs, (samples, ...[x]: Numbers[]) => forward(samples, x!, frame, 5));
    const gradients = [source.tensor([4, 5, 7, 5]).data];
    expectSamplesApart(4, gradients, (samples, ...[dy]: Numbers[]) => backward(samples, dy!, frame, 5));
  });
});
