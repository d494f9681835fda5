import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { apply, applyTransposed, type LinearMap } from "../reference/linearMap.js";
import { padAxis } from "../reference/padding.js";
import { random } from "../reference/random.js";
import { averagePool2d, resampleWeights, type Window } from "../reference/reshaping.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { integers } from "./data.js";
import { compute, expectEqual, expectSamplesApart, type Numbers } from "./harness.js";

const CHANNELS = [1, 3, 4, 5, 8, 13, 17];

type Shape4 = readonly [number, number, number, number];

const windows: (Window & { readonly size: readonly [number, number] })[] = [
  { size: [2, 2], poolSize: [2, 2], strides: [2, 2], padding: "valid" },
  { size: [5, 7], poolSize: [2, 2], strides: [2, 2], padding: "same" },
  { size: [7, 6], poolSize: [3, 3], strides: [2, 2], padding: "valid" },
  { size: [4, 5], poolSize: [5, 5], strides: [1, 1], padding: "same" },
  { size: [5, 8], poolSize: [3, 2], strides: [1, 3], padding: "valid" },
  { size: [8, 7], poolSize: [1, 2], strides: [3, 2], padding: "same" },
];

function average(x: ArrayLike<number>, dy: ArrayLike<number>, shape: Shape4, { poolSize, strides, padding }: Window) {
  const [samples, height, width, channels] = shape;
  const rows = padAxis(height, poolSize[0], strides[0], 1, padding);
  const columns = padAxis(width, poolSize[1], strides[1], 1, padding);
  const sizes = [height, width, channels, rows.outSize, columns.outSize] as const;
  const window = [...poolSize, ...strides, rows.before, columns.before] as const;
  return compute((arena) => {
    const [y, dx] = [arena.output(dy.length), arena.output(x.length)];
    arena.call("averagePool2dForward", samples, y, arena.input(x), ...sizes, ...window);
    arena.call("averagePool2dBackward", samples, dx, arena.input(dy), ...sizes, ...window);
    return { y, dx };
  });
}

describe("averagePool2d", () => {
  it.each(windows)("is the reference's, both passes: %j", ({ size, ...window }) => {
    const source = random(9);
    for (const [i, channels] of CHANNELS.entries()) {
      const shape = [i % 4, ...size, channels] as const;
      const map = averagePool2d(shape, window);
      const [x, dy] = [source.tensor(shape), source.tensor(map.to)];
      const run = average(x.data, dy.data, shape, window);
      expectClose(run.y, apply(map, x).data, tolerances.kernelSum, `y of ${shape}`);
      expectClose(run.dx, applyTransposed(map, dy).data, tolerances.kernelSum, `dx of ${shape}`);
    }
  });

  it("gives a sample the same bits at any place", () => {
    const { size, ...window } = windows[2]!;
    const source = random(10);
    const inputs = [source.tensor([4, ...size, 5]), source.tensor([4, 3, 2, 5])].map(({ data }) => data);
    expectSamplesApart(4, inputs, (samples, ...[x, dy]: Numbers[]) => average(x!, dy!, [samples, ...size, 5], window));
  });
});

function overall(kind: "Average" | "Max", x: Tensor, dy: Tensor) {
  const [samples, positions, channels] = x.shape as [number, number, number];
  return compute((arena) => {
    const inX = arena.input(x.data);
    const inDy = arena.input(dy.data);
    const [y, dx] = [arena.output(samples * channels), arena.output(x.data.length)];
    if (kind === "Average") {
      arena.call("globalPoolAverageForward", samples, y, inX, positions, channels);
      arena.call("globalPoolAverageBackward", samples, dx, inDy, positions, channels);
    } else {
      arena.call("globalPoolMaxForward", samples, y, inX, positions, channels);
      arena.call("globalPoolMaxBackward", samples, dx, inDy, inX, y, positions, channels);
    }
    return { y, dx };
  });
}

/** Places of a sample and a channel in x (samples, positions, channels), for each element of y. */
function columnsOf([samples, positions, channels]: readonly number[]) {
  return Array.from({ length: samples! * channels! }, (_, i) =>
    Array.from(
      { length: positions! },
      (_, p) => (Math.floor(i / channels!) * positions! + p) * channels! + (i % channels!),
    ),
  );
}

describe("globalPool", () => {
  it.each(CHANNELS)("is the mean or the maximum over all places, %i channels", (channels) => {
    const source = random(channels);
    for (const shape of [
      [2, 1, channels],
      [3, 70, channels],
    ]) {
      const [x, dy] = [source.tensor(shape), source.tensor([shape[0]!, channels])];
      const columns = columnsOf(shape);
      const sums = columns.map((places) => places.reduce((sum, place) => sum + x.data[place]!, 0));
      const average = overall("Average", x, dy);
      expectClose(
        average.y,
        sums.map((sum) => sum / shape[1]!),
        tolerances.kernelSum,
        `mean of ${shape}`,
      );
      const shared = new Float64Array(x.data.length);
      for (const [i, places] of columns.entries()) for (const place of places) shared[place] = dy.data[i]! / shape[1]!;
      expectClose(average.dx, shared, tolerances.kernel, `dx of the mean of ${shape}`);
    }
  });

  it.each(CHANNELS)("shares the gradient among equal maxima, %i channels", (channels) => {
    const source = random(channels);
    // Few different values: many ties.
    const x = integers(source, [3, 14, channels], 3);
    const dy = source.tensor([3, channels]);
    const columns = columnsOf(x.shape);
    const most = columns.map((places) => Math.max(...places.map((place) => x.data[place]!)));
    const dx = new Float64Array(x.data.length);
    for (const [i, places] of columns.entries()) {
      const winners = places.filter((place) => x.data[place] === most[i]);
      for (const place of winners) dx[place] = dy.data[i]! / winners.length;
    }
    const run = overall("Max", x, dy);
    expectEqual(run.y, most);
    expectClose(run.dx, dx, tolerances.kernel, "dx");
  });

  it("passes NaN on, in its channel", () => {
    const x = tensor([1, 3, 2], [1, 2, Number.NaN, 5, 3, 4]);
    expect([...overall("Max", x, tensor([1, 2])).y]).toEqual([Number.NaN, 5]);
  });
});

/** From their definition: floor(o size / out) to ceil((o + 1) size / out). */
const inWindow = (size: number, out: number, o: number) =>
  resampleWeights(size, out, o, "adaptive", false).flatMap((weight, i) => (weight > 0 ? [i] : []));

describe("adaptiveMaxPool2d", () => {
  it.each([
    [7, 5, 3, 2],
    [6, 9, 3, 4],
    [4, 4, 1, 4],
    [3, 2, 5, 3],
  ])("is the maximum of windows that share %i x %i out among %i x %i", (height, width, rows, columns) => {
    const source = random(height);
    for (const channels of CHANNELS) {
      const x = integers(source, [2, height, width, channels], 3);
      const size = 2 * rows * columns * channels;
      const run = compute((arena) => {
        const [y, argmax] = [arena.output(size), arena.output(size, Int32Array)];
        const sizes = [height, width, channels, rows, columns] as const;
        arena.call("adaptiveMaxPool2dForward", 2, y, argmax, arena.input(x.data), ...sizes);
        return { y, argmax };
      });
      const sample = height * width * channels;
      for (let i = 0; i < size; i++) {
        const c = i % channels;
        const column = Math.floor(i / channels) % columns;
        const row = Math.floor(i / channels / columns) % rows;
        const n = Math.floor(i / channels / columns / rows);
        const places = inWindow(width, columns, column).flatMap((b) =>
          inWindow(height, rows, row).map((a) => (a * width + b) * channels + c),
        );
        const best = places.reduce((a, b) => (x.data[n * sample + b]! > x.data[n * sample + a]! ? b : a));
        expect(run.y[i]).toBe(x.data[n * sample + best]);
        expect(run.argmax[i], "the first column, and there the first row").toBe(best);
      }
    }
  });
});

it("maps are what they are made of", () => {
  const map: LinearMap = averagePool2d([1, 2, 2, 1], { poolSize: [2, 2], strides: [2, 2], padding: "valid" });
  expect([...apply(map, tensor([1, 2, 2, 1], [1, 2, 3, 6])).data]).toEqual([3]);
  expect([...applyTransposed(map, tensor([1, 1, 1, 1], [4])).data]).toEqual([1, 1, 1, 1]);
});
