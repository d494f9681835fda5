import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { apply, applyTransposed } from "../reference/linearMap.js";
import { random } from "../reference/random.js";
import { type Method, permuted, resampled, upSample2d } from "../reference/reshaping.js";
import { sizeOf } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

const CHANNELS = [1, 3, 4, 5, 8, 13, 17];

describe("permute", () => {
  it.each([
    [2, 0, 1],
    [1, 0, 2],
    [0, 2, 1],
    [2, 1, 0],
  ])("brings axes into the order %i, %i, %i", (...order) => {
    const source = random(1);
    for (const shape of [
      [3, 2, 5],
      [4, 4, 4],
      [1, 7, 6],
      [5, 9, 13],
    ]) {
      const x = source.tensor([2, ...shape]);
      const map = permuted(x.shape, [0, ...order.map((axis) => axis + 1)]);
      const strides = order.map((axis) => sizeOf(shape.slice(axis + 1)));
      const { y } = compute((arena) => {
        const y = arena.output(x.data.length);
        const [d1, d2, d3] = order.map((axis) => shape[axis]!) as [number, number, number];
        const [s1, s2, s3] = strides as [number, number, number];
        arena.call("permuteForward", 2, y, arena.input(x.data), 1, d1, d2, d3, 0, s1, s2, s3);
        return { y };
      });
      expectEqual(y, apply(map, x).data, `${shape}`);
    }
  });
});

describe("upSample2d", () => {
  it.each([
    [1, 1, 1, 1],
    [3, 2, 2, 2],
    [2, 3, 3, 1],
    [1, 4, 1, 4],
  ])("repeats the pixels of %i x %i, %i x %i times, and sums their gradients", (height, width, rows, columns) => {
    const source = random(2);
    for (const [i, channels] of CHANNELS.entries()) {
      const samples = i % 3;
      const map = upSample2d([samples, height, width, channels], [rows, columns]);
      const [x, dy] = [integers(source, map.from), integers(source, map.to)];
      const { y, dx } = compute((arena) => {
        const [y, dx] = [arena.output(dy.data.length), arena.output(x.data.length)];
        const dims = [height, width, channels, rows, columns] as const;
        arena.call("upSample2dForward", samples, y, arena.input(x.data), ...dims);
        arena.call("upSample2dBackward", samples, dx, arena.input(dy.data), ...dims);
        return { y, dx };
      });
      expectEqual(y, apply(map, x).data, `y, ${channels} channels`);
      expectEqual(dx, applyTransposed(map, dy).data, `dx, ${channels} channels`);
    }
  });
});

const METHODS: Record<Method, number> = {
  ...{ nearest: 0, bilinear: 1, bicubic: 2, lanczos3: 3, lanczos5: 5, area: 6, adaptive: 7 },
};
const RADIUS: Partial<Record<Method, number>> = { bilinear: 1, bicubic: 2, lanczos3: 3, lanczos5: 5 };

interface Resampling {
  readonly method: Method;
  readonly antialias?: boolean;
}

function resample(
  x: Numbers,
  dy: Numbers,
  shape: readonly [number, number, number, number],
  out: number,
  { method, antialias = false }: Resampling,
) {
  const [samples, outer, size, inner] = shape;
  const scale = size / out;
  const radius = RADIUS[method] ?? 0;
  const reach = 2 * Math.ceil(radius * (antialias ? Math.max(scale, 1) : 1)) + 1;
  const taps = Math.min(radius > 0 ? reach : method === "nearest" ? 1 : Math.ceil(scale) + 1, size);
  return compute((arena) => {
    const table = arena.output(out * (taps + 1));
    const [y, dx] = [arena.output(dy.length), arena.output(x.length)];
    arena.call("resampleTable", table, size, out, taps, METHODS[method], antialias ? Math.max(scale, 1) : 0);
    arena.call("resampleForward", samples, y, arena.input(x), table, taps, outer, size, out, inner);
    arena.call("resampleBackward", samples, dx, arena.input(dy), table, taps, outer, size, out, inner);
    return { y, dx };
  });
}

const resamplings: Resampling[] = (Object.keys(METHODS) as Method[]).flatMap((method): Resampling[] =>
  RADIUS[method] ? [{ method }, { method, antialias: true }] : [{ method }],
);

describe("resample", () => {
  it.each(resamplings)("weighs the neighbours as the reference does: %j", (how) => {
    const source = random(3);
    for (const [size, out] of [
      [5, 10],
      [9, 4],
      [12, 5],
      [3, 11],
      [1, 3],
      [6, 1],
      [20, 7],
    ] as const) {
      const map = resampled([2, size, 3], out, how.method, how.antialias ?? false);
      const [x, dy] = [source.tensor(map.from), source.tensor(map.to)];
      const [inX, inDy] = [Float32Array.from(x.data), Float32Array.from(dy.data)];
      const run = resample(inX, inDy, [1, 2, size, 3], out, how);
      const what = `${size} to ${out}`;
      expectClose(run.y, apply(map, x).data, tolerances.kernelSum, `y of ${what}`);
      expectClose(run.dx, applyTransposed(map, dy).data, tolerances.kernelSum, `dx of ${what}`);
    }
  });

  it.each(CHANNELS)("keeps %i channels apart", (channels) => {
    const source = random(4);
    const map = resampled([6, 5, channels], 8, "bilinear", false);
    const [x, dy] = [source.tensor(map.from), source.tensor(map.to)];
    const [inX, inDy] = [Float32Array.from(x.data), Float32Array.from(dy.data)];
    const run = resample(inX, inDy, [3, 2, 5, channels], 8, { method: "bilinear" });
    expectClose(run.y, apply(map, x).data, tolerances.kernelSum, "y");
    expectClose(run.dx, applyTransposed(map, dy).data, tolerances.kernelSum, "dx");
  });

  it("gives a sample the same bits at any place", () => {
    const source = random(5);
    const inputs = [source.tensor([4, 2, 5, 3]), source.tensor([4, 2, 8, 3])].map(({ data }) => data);
    expectSamplesApart(4, inputs, (samples, ...[x, dy]: Numbers[]) =>
      resample(x!, dy!, [samples, 2, 5, 3], 8, { method: "bicubic" }),
    );
  });

  it("puts an image into a frame of one value", () => {
    const { y } = compute((arena) => {
      const y = arena.output(2 * 3 * 4);
      arena.call("resampleFrame", 2, y, arena.input([1, 2, 3, 4]), 1, 2, 1, 3, 4, 1, 1, 0.5);
      return { y };
    });
    const frame = (a: number, b: number) => [0.5, 0.5, 0.5, 0.5, 0.5, a, b, 0.5, 0.5, 0.5, 0.5, 0.5];
    expect([...y]).toEqual([...frame(1, 2), ...frame(3, 4)]);
  });
});
