// Layers that are linear maps, from their definitions. Shapes (samples, height, width, channels).

import { type LinearMap, linearMap } from "./linearMap.js";
import { type Padding, padAxis } from "./padding.js";

type Shape4 = readonly [number, number, number, number];
type Pair = readonly [number, number];

const range = (begin: number, end: number) => Array.from({ length: Math.max(end - begin, 0) }, (_, i) => begin + i);

export interface Window {
  readonly poolSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

/** The mean of each window, of what lies inside the input. */
export function averagePool2d(x: Shape4, { poolSize, strides, padding }: Window): LinearMap {
  const axes = ([0, 1] as const).map((i) => padAxis(x[1 + i]!, poolSize[i], strides[i], 1, padding));
  const inside = (axis: 0 | 1, place: number) => {
    const begin = place * strides[axis] - axes[axis]!.before;
    return range(Math.max(begin, 0), Math.min(begin + poolSize[axis], x[1 + axis]!));
  };
  return linearMap(x, [x[0], axes[0]!.outSize, axes[1]!.outSize, x[3]], ([n, i, j, c]) => {
    const [rows, columns] = [inside(0, i!), inside(1, j!)];
    const weight = 1 / (rows.length * columns.length);
    return rows.flatMap((row) => columns.map((column) => [[n!, row, column, c!], weight] as const));
  });
}

/** Each pixel repeated. */
export function upSample2d(x: Shape4, [rows, columns]: Pair): LinearMap {
  return linearMap(x, [x[0], x[1] * rows, x[2] * columns, x[3]], ([n, i, j, c]) => [
    [[n!, Math.floor(i! / rows), Math.floor(j! / columns), c!], 1],
  ]);
}

/** Axis i of y is axis order[i] of x. */
export function permuted(x: readonly number[], order: readonly number[]): LinearMap {
  return linearMap(
    x,
    order.map((axis) => x[axis]!),
    (index) => [[x.map((_, axis) => index[order.indexOf(axis)]!), 1]],
  );
}

export type Method = "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5" | "area" | "adaptive";

const cubic = (x: number) => (x >= 2 ? 0 : x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1);
const lanczos = (radius: number) => (x: number) =>
  x > radius
    ? 0
    : x <= 1e-3
      ? 1
      : (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * x) ** 2;
const weights = {
  bilinear: { radius: 1, weight: (x: number) => Math.max(0, 1 - x) },
  bicubic: { radius: 2, weight: cubic },
  lanczos3: { radius: 3, weight: lanczos(3) },
  lanczos5: { radius: 5, weight: lanczos(5) },
};

/** Weights of the places 0 .. size - 1 for one of `out` outputs. */
export function resampleWeights(size: number, out: number, o: number, method: Method, antialias: boolean): number[] {
  const scale = size / out;
  const places = range(0, size);
  const centre = (o + 0.5) * scale;
  if (method === "nearest") return places.map((i) => (i === Math.min(Math.floor(centre), size - 1) ? 1 : 0));
  const overlap = (i: number) => Math.max(Math.min(i + 1, (o + 1) * scale) - Math.max(i, o * scale), 0);
  if (method === "area") return places.map((i) => overlap(i) / scale);
  if (method === "adaptive") {
    const window = range(Math.floor((o * size) / out), Math.ceil(((o + 1) * size) / out));
    return places.map((i) => (window.includes(i) ? 1 / window.length : 0));
  }
  const { weight } = weights[method];
  const wide = antialias ? Math.max(scale, 1) : 1;
  // TensorFlow's cubic rounds distances to 1 / 1024 where it does not smooth.
  const middle = Math.floor(centre - 0.5);
  const rounded = Math.round((centre - 0.5 - middle) * 1024) / 1024;
  const distance = (i: number) =>
    method === "bicubic" && !antialias ? Math.abs(i - middle - rounded) : Math.abs(i + 0.5 - centre) / wide;
  const all = places.map((i) => weight(distance(i)));
  const sum = all.reduce((total, each) => total + each, 0);
  return all.map((each) => each / sum);
}

/** The middle one of three axes at another size: (outer, size, inner) to (outer, out, inner). */
export function resampled(
  x: readonly [number, number, number],
  out: number,
  method: Method,
  antialias: boolean,
): LinearMap {
  return linearMap(x, [x[0], out, x[2]], ([a, o, c]) =>
    resampleWeights(x[1], out, o!, method, antialias)
      .map((weight, i) => [[a!, i, c!], weight] as const)
      .filter(([, weight]) => weight !== 0),
  );
}
