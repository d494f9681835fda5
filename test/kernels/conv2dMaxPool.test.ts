import { describe, expect, it } from "vitest";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { type MaxPool2dForwardInputs, maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { padAxis } from "../reference/padding.js";
import { random } from "../reference/random.js";
import { sizeOf, type Tensor, tensor } from "../reference/tensor.js";
import { backwardInput, backwardKernelAdd, type Convolution, shapesOf } from "./convolution.js";
import { channelCounts, integers, sparse } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";
import { pack } from "./panels.js";

type Pool = Omit<MaxPool2dForwardInputs, "x">;

function forward(layer: Convolution, pool: Pool, x: ArrayLike<number>, w: ArrayLike<number>, b?: ArrayLike<number>) {
  const { y: convolved, w: wShape, input, window } = shapesOf(layer);
  const [samples, convHeight, convWidth, filters] = convolved;
  const { poolSize, strides = poolSize, padding = "valid" } = pool;
  const rows = padAxis(convHeight, poolSize[0], strides[0], 1, padding);
  const columns = padAxis(convWidth, poolSize[1], strides[1], 1, padding);
  const sizes = [...input, convHeight, convWidth, filters, ...window, rows.outSize, columns.outSize] as const;
  const size = samples * rows.outSize * columns.outSize * filters;
  return compute((arena) => {
    const y = arena.output(size);
    const places = arena.output(size, Int32Array);
    const panels = pack(arena, w, sizeOf(wShape.slice(0, 3)), filters);
    const pointers = [y, places, arena.input(x), panels, b ? arena.input(b) : 0] as const;
    arena.call(
      "conv2dMaxPoolForward",
      ...([samples, ...pointers, ...sizes, ...poolSize, ...strides, rows.before, columns.before] as const),
    );
    return { y, places };
  });
}

/** The two layers one after the other, and the pixel of x at the corner of each winner's patch. */
function expectedForward(layer: Convolution, pool: Pool, inputs: { x: Tensor; w: Tensor; b?: Tensor }) {
  const { strides = [1, 1] } = layer;
  const z = conv2dForward({ ...inputs, strides });
  const { y, argmax } = maxPool2dForward({ x: z, ...pool });
  const [, , width, filters] = z.shape as [number, number, number, number];
  const places = argmax.map((offset) => {
    const position = Math.floor(offset / filters);
    return Math.floor(position / width) * strides[0] * layer.size[1] + (position % width) * strides[1];
  });
  return { z, y, argmax, places };
}

interface Case {
  readonly layer: Pick<Convolution, "size" | "kernel" | "strides">;
  readonly pool: Pool;
}

// Windows that do not overlap: so the kernels are used, and so each place has one gradient at most.
const cases: Case[] = [
  { layer: { size: [6, 8], kernel: [3, 3] }, pool: { poolSize: [2, 2] } },
  { layer: { size: [7, 5], kernel: [3, 3] }, pool: { poolSize: [2, 2] } },
  { layer: { size: [7, 5], kernel: [3, 3] }, pool: { poolSize: [2, 2], padding: "same" } },
  { layer: { size: [8, 9], kernel: [3, 3] }, pool: { poolSize: [3, 3] } },
  { layer: { size: [6, 6], kernel: [3, 3] }, pool: { poolSize: [3, 3], padding: "same" } },
  { layer: { size: [9, 8], kernel: [3, 2], strides: [2, 1] }, pool: { poolSize: [2, 3] } },
  { layer: { size: [8, 9], kernel: [1, 1], strides: [2, 1] }, pool: { poolSize: [2, 2], strides: [2, 3] } },
  { layer: { size: [5, 7], kernel: [1, 1] }, pool: { poolSize: [1, 2] } },
  { layer: { size: [6, 5], kernel: [2, 3] }, pool: { poolSize: [1, 1] } },
  { layer: { size: [7, 8], kernel: [2, 3], strides: [1, 2] }, pool: { poolSize: [5, 1], padding: "same" } },
];

describe("conv2dMaxPool", () => {
  it.each(cases)("is exact for integers, as one after the other, both passes: %j", ({ layer: window, pool }) => {
    for (const [i, channels] of channelCounts.entries()) {
      const filters = channelCounts[(5 * i + 3) % channelCounts.length]!;
      const layer = { ...window, channels, filters, samples: i % 6 };
      const source = random(i);
      const shapes = shapesOf(layer);
      // Few different values for few channels: ties.
      const x = integers(source, shapes.x, i % 2 === 0 ? 1 : 8);
      const w = integers(source, shapes.w, i % 2 === 0 ? 1 : 8);
      const b = integers(source, [filters]);
      const what = `${layer.samples} samples, ${channels} channels, ${filters} filters`;
      const expected = expectedForward(layer, pool, { x, w, b });
      const { y, places } = forward(layer, pool, x.data, w.data, b.data);
      expectEqual(y, expected.y.data, `y, ${what}`);
      expectEqual(places, expected.places, `places, ${what}`);

      const dy = sparse(source, integers(source, expected.y.shape), 0.3);
      const dz = maxPool2dBackward({ dy, argmax: expected.argmax, xShape: expected.z.shape });
      const { dx, dw } = conv2dBackward({ dy: dz, x, w, strides: layer.strides ?? [1, 1] });
      const gradient = { dy: dy.data, places, outSize: [dy.shape[1]!, dy.shape[2]!] as const };
      expectEqual(backwardInput(layer, gradient, w.data).dx, dx.data, `dx, ${what}`);
      const old = new Float32Array(w.data.length).fill(3);
      const sum = dw.data.map((value) => value + 3);
      expectEqual(backwardKernelAdd(layer, old, gradient, x.data).dw, sum, `dw, ${what}`);
    }
  });

  const layer: Convolution = { size: [6, 7], kernel: [3, 3], channels: 3, filters: 10, samples: 5 };
  const pool: Pool = { poolSize: [2, 2], padding: "same" };

  it("takes no bias as zeros", () => {
    const source = random(28);
    const x = integers(source, shapesOf(layer).x);
    const w = integers(source, shapesOf(layer).w);
    expectEqual(forward(layer, pool, x.data, w.data).y, expectedForward(layer, pool, { x, w }).y.data);
  });

  it("passes NaN and infinities on to the windows that see them", () => {
    const source = random(29);
    const x = integers(source, shapesOf(layer).x);
    const w = integers(source, shapesOf(layer).w);
    x.data[5] = Number.NaN;
    x.data[x.data.length - 1] = Infinity;
    const { y, places } = forward(layer, pool, x.data, w.data);
    expectEqual(y, expectedForward(layer, pool, { x, w }).y.data);
    expect(places.every((place) => place >= 0 && place < 42)).toBe(true);
  });

  it("gives places inside of the input where all is -Infinity", () => {
    const w = tensor(shapesOf(layer).w);
    const b = new Float32Array(10).fill(-Infinity);
    const { y, places } = forward(layer, pool, new Float32Array(sizeOf(shapesOf(layer).x)), w.data, b);
    expect(y.every((value) => value === -Infinity)).toBe(true);
    expect(places[0]).toBe(0);
    expect(places.every((place) => place >= 0 && place < 42)).toBe(true);
  });

  it("gives a sample the same bits at any place, both passes", () => {
    const source = random(30);
    const w = source.tensor(shapesOf(layer).w).data;
    const b = source.tensor([10]).data;
    const x = source.tensor(shapesOf(layer).x).data;
    expectSamplesApart(5, [x], (samples, ...[x]: Numbers[]) => forward({ ...layer, samples }, pool, x!, w, b));
    const { y, places } = forward(layer, pool, x, w, b);
    const dy = source.tensor([y.length]).data;
    expectSamplesApart(5, [dy, places], (samples, ...[dy, places]: Numbers[]) =>
      backwardInput({ ...layer, samples }, { dy: dy!, places: Int32Array.from(places!), outSize: [2, 3] }, w),
    );
  });
});
