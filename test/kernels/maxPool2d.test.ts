import { describe, expect, it } from "vitest";
import { type MaxPool2dForwardInputs, maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { padAxis } from "../reference/padding.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { channelCounts, integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

type Window = Omit<MaxPool2dForwardInputs, "x">;

/** The sizes of one sample of x (n, h, w, c) and of its pooled form. */
function sizes({ shape }: Tensor, { poolSize, strides = poolSize, padding = "valid" }: Window) {
  const [samples, height, width, channels] = shape as [number, number, number, number];
  const rows = padAxis(height, poolSize[0], strides[0], 1, padding);
  const columns = padAxis(width, poolSize[1], strides[1], 1, padding);
  const dimensions = [height, width, channels, rows.outSize, columns.outSize] as const;
  const window = [...poolSize, ...strides, rows.before, columns.before] as const;
  const size = height * width * channels;
  return { samples, dimensions, window, size, outSize: rows.outSize * columns.outSize * channels };
}

function forward(x: Tensor, options: Window) {
  const { samples, dimensions, window, outSize } = sizes(x, options);
  return compute((arena) => {
    const y = arena.output(samples * outSize);
    const argmax = arena.output(samples * outSize, Int32Array);
    arena.call("maxPool2dForward", samples, y, argmax, arena.input(x.data), ...dimensions, ...window);
    return { y, argmax };
  });
}

function backward(x: Tensor, options: Window, dy: ArrayLike<number>, argmax: Int32Array) {
  const { samples, size, outSize } = sizes(x, options);
  return compute((arena) => {
    const dx = arena.output(samples * size);
    arena.call("maxPool2dBackward", samples, dx, arena.input(dy), arena.input(argmax), size, outSize);
    return { dx };
  });
}

const windows: (Window & { readonly size: readonly [number, number] })[] = [
  { size: [2, 2], poolSize: [2, 2] },
  { size: [5, 7], poolSize: [2, 2] },
  { size: [5, 7], poolSize: [2, 2], padding: "same" },
  { size: [4, 3], poolSize: [1, 1] },
  { size: [7, 6], poolSize: [3, 3], strides: [2, 2] },
  { size: [6, 7], poolSize: [3, 3], strides: [2, 2], padding: "same" },
  { size: [4, 5], poolSize: [5, 5], strides: [1, 1], padding: "same" },
  { size: [5, 8], poolSize: [3, 2], strides: [1, 3] },
  { size: [8, 7], poolSize: [1, 2], strides: [3, 2], padding: "same" },
];

describe("maxPool2d", () => {
  it.each(windows)("is the reference's, both passes: %j", ({ size, ...options }) => {
    const source = random(9);
    for (const [i, channels] of channelCounts.entries()) {
      const samples = i % 6;
      // Few different values: many ties.
      const x = integers(source, [samples, ...size, channels], i % 2 === 0 ? 2 : 1000);
      const expected = maxPool2dForward({ x, ...options });
      const { y, argmax } = forward(x, options);
      const what = `${samples} samples, ${channels} channels`;
      expectEqual(y, expected.y.data, `y, ${what}`);
      expectEqual(argmax, expected.argmax, `argmax, ${what}`);
      const dy = integers(source, expected.y.shape);
      const dx = maxPool2dBackward({ dy, argmax, xShape: x.shape });
      expectEqual(backward(x, options, dy.data, argmax).dx, dx.data, `dx, ${what}`);
    }
  });

  it("takes the first of equals", () => {
    const x = tensor([2, 2, 4, 1], [0, 5, 7, 7, 5, 5, 7, 7, -1, -2, 3, 4, -3, -4, 4, 4]);
    const { y, argmax } = forward(x, { poolSize: [2, 2] });
    expect([...y]).toEqual([5, 7, -1, 4]);
    expect([...argmax]).toEqual([1, 2, 0, 3]);
  });

  it("finds a maximum of -Infinity, with a place inside the window", () => {
    const x = tensor([1, 4, 4, 5], new Float64Array(80).fill(-Infinity));
    for (const padding of ["valid", "same"] as const) {
      const options = { poolSize: [3, 3], strides: [2, 2], padding } as const;
      const expected = maxPool2dForward({ x, ...options });
      const { y, argmax } = forward(x, options);
      expectEqual(y, expected.y.data);
      expectEqual(argmax, expected.argmax);
    }
  });

  it("never lets padding win", () => {
    const x = tensor([1, 3, 3, 1], new Float64Array(9).fill(-5));
    expectEqual(forward(x, { poolSize: [3, 3], strides: [2, 2], padding: "same" }).y, [-5, -5, -5, -5]);
  });

  it("passes NaN on from any place of its window, to no other window or channel", () => {
    const options = { poolSize: [2, 3] } as const;
    const source = random(10);
    for (let place = 0; place < 6; place++) {
      const x = source.tensor([1, 4, 6, 5]);
      x.data[(Math.floor(place / 3) * 6 + (place % 3)) * 5 + 2] = Number.NaN;
      const { y, argmax } = forward(x, options);
      expectEqual(y, maxPool2dForward({ x, ...options }).y.data, `NaN at ${place}`);
      // Where its gradient goes is open, but it stays in the window.
      expect([2, 7, 12, 32, 37, 42]).toContain(argmax[2]);
    }
  });

  it("passes NaN and infinities back", () => {
    const x = tensor([1, 1, 6, 1], [1, 2, 4, 3, 5, 6]);
    const { dx } = backward(x, { poolSize: [1, 2] }, [Number.NaN, Infinity, -Infinity], Int32Array.of(1, 2, 5));
    expect([...dx]).toEqual([0, Number.NaN, Infinity, 0, 0, -Infinity]);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const source = random(11);
    const options = { poolSize: [3, 3], strides: [2, 2], padding: "same" } as const;
    const x = source.tensor([5, 5, 7, 3]);
    expectSamplesApart(5, [x.data], (samples, ...[x]: Numbers[]) => forward(tensor([samples, 5, 7, 3], x!), options));
    const { y, argmax } = maxPool2dForward({ x, ...options });
    expectSamplesApart(5, [source.tensor(y.shape).data, argmax], (samples, ...[dy, argmax]: Numbers[]) =>
      backward(tensor([samples, 5, 7, 3]), options, dy!, Int32Array.from(argmax!)),
    );
  });
});
