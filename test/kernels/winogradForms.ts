import { expect } from "vitest";
import { winogradKernelSize, winogradScratch } from "../../src/layers/base/scratch.js";
import { conv2dForward } from "../reference/conv2d.js";
import { maxPool2dForward } from "../reference/maxPool2d.js";
import type { Tensor } from "../reference/tensor.js";
import { type Arena, type Args, type Block, compute, type Kernels } from "./harness.js";

export type TileSize = 2 | 4;

/** x (n, h, w, c) and a kernel (3, 3, c, filters) in Winograd's form, and what both kernels take after their outputs. */
export function operands(arena: Arena, size: TileSize, x: Tensor, w: Tensor, b: Tensor | undefined): Operands {
  const [, , channels, filters] = w.shape as [number, number, number, number];
  const u = arena.output(winogradKernelSize(size, channels, filters));
  const kernel = arena.input(w.data);
  if (size === 2) arena.call("winogradTransformKernel", u, kernel, channels, filters, 0);
  else arena.call("winograd4TransformKernel", u, kernel, channels, filters, 0);
  const scratch = arena.output(winogradScratch(size, channels, filters));
  return [arena.input(x.data), u, b ? arena.input(b.data) : 0, scratch];
}

type Operands = [Block | number, Block | number, Block | number, Block | number];

export function callForward(arena: Arena, size: TileSize, ...args: Args<Parameters<Kernels["winogradForward"]>>): void {
  if (size === 2) arena.call("winogradForward", ...args);
  else arena.call("winograd4Forward", ...args);
}

export function callMaxPool(
  arena: Arena,
  size: TileSize,
  ...args: Args<Parameters<Kernels["winogradMaxPoolForward"]>>
): void {
  if (size === 2) arena.call("winogradMaxPoolForward", ...args);
  else arena.call("winograd4MaxPoolForward", ...args);
}

/** Top, left, rows and columns of tiles: all that there are. */
function allTiles(size: TileSize, rows: number, columns: number) {
  return [0, 0, Math.ceil(rows / size), Math.ceil(columns / size)] as const;
}

export function forward(size: TileSize, x: Tensor, w: Tensor, b?: Tensor) {
  const [samples, height, width, channels] = x.shape as [number, number, number, number];
  const [rows, columns, filters] = [height - 2, width - 2, w.shape[3]!];
  const sizes = [height, width, channels, rows, columns, filters, ...allTiles(size, rows, columns)] as const;
  return compute((arena) => {
    const y = arena.output(samples * rows * columns * filters);
    callForward(arena, size, samples, y, ...operands(arena, size, x, w, b), ...sizes);
    return { y };
  });
}

/** With tiles of 4 x 4 for an x of which all windows are in whole tiles. */
export function maxPoolForward(size: TileSize, x: Tensor, w: Tensor, b?: Tensor) {
  const [samples, height, width, channels] = x.shape as [number, number, number, number];
  const filters = w.shape[3]!;
  const [rows, columns] = [Math.floor((height - 2) / 2), Math.floor((width - 2) / 2)];
  const tiles = allTiles(size, 2 * rows, 2 * columns);
  const sizes = [height, width, channels, rows, columns, filters, ...tiles] as const;
  const { y, places, alone } = compute((arena) => {
    const y = arena.output(samples * rows * columns * filters);
    const places = arena.output(y.values.length, Int32Array);
    const alone = arena.output(y.values.length);
    const after = [...operands(arena, size, x, w, b), ...sizes] as const;
    callMaxPool(arena, size, samples, y, places, ...after);
    callMaxPool(arena, size, samples, alone, 0, ...after);
    return { y, places, alone };
  });
  expect(alone, "the same without places").toEqual(y);
  return { y, places };
}

/** The two layers one after the other, and the pixel of x at the corner of each winner's patch. */
export function expectedMaxPool(x: Tensor, w: Tensor, b?: Tensor) {
  const z = conv2dForward({ x, w, ...(b && { b }) });
  const { y, argmax } = maxPool2dForward({ x: z, poolSize: [2, 2] });
  const [, , columns, filters] = z.shape as [number, number, number, number];
  const places = argmax.map((offset) => {
    const position = Math.floor(offset / filters);
    return Math.floor(position / columns) * x.shape[2]! + (position % columns);
  });
  return { y, places };
}

/** Samples, height, width: tiles below, at and above a block of 48, more than two blocks; odd and even outputs. */
export const shapes = [
  [0, 4, 4],
  [1, 3, 3],
  [1, 4, 4],
  [2, 5, 4],
  [3, 6, 9],
  [3, 10, 10],
  [4, 3, 6],
  [5, 9, 11],
  [5, 12, 13],
] as const;
export const channelsAndFilters = [
  [4, 8],
  [8, 64],
  [12, 16],
  [32, 8],
  [36, 24],
] as const;

/** Of which all pooling windows lie in whole tiles of either size; also more than a block of 16. */
export const wholeShapes = [
  [0, 6, 6],
  [1, 6, 6],
  [3, 10, 14],
  [5, 14, 14],
] as const;

export const FILTERS = 8;
