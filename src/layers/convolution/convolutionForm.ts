import type { Shape } from "../../engine/program/shape.js";
import { WINOGRAD_BLOCK } from "../base/scratch.js";
import { winogradCost, winogradTileCost, winogradTiles } from "./winogradTiles.js";

/**
 * What comes after a convolution, and so how many zeros its output gradient has: `pooling` leaves one number in four at
 * most, `relu` about half of them, `nothing` all.
 */
export type FollowerKind = "pooling" | "relu" | "nothing";

/** A convolution without padding and dilation, (height, width, channels) to (rows, columns, filters). */
export interface ConvolutionShape {
  readonly input: Shape;
  readonly output: Shape;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
}

// Costs in operations on four floats, as the dense tile does them: two for four multiply-adds. Fitted to measurements on V8 13,
// AMD Zen; on a machine with AVX-512 the forms stand to one another as here. They depend on shapes only.

/** Lists, and for each number that may be there some work beside its multiply-adds, which take this share of the tile's time. */
const NON_ZEROS = { element: 10, relu: 0.7, nothing: 1.26 } as const;
/** A block of tiles costs as much again as this many tiles, for the sums that go to memory and back. */
const WINOGRAD_BLOCK_COST = 6;

function patchOf({ input, kernelSize }: ConvolutionShape): number {
  return kernelSize[0] * kernelSize[1] * input[2]!;
}

function positionsOf([rows, columns]: Shape): number {
  return rows! * columns!;
}

function nonZeros(shape: ConvolutionShape, follower: "relu" | "nothing"): number {
  const patch = patchOf(shape);
  return positionsOf(shape.output) * shape.output[2]! * (NON_ZEROS[follower] * (patch / 2) + NON_ZEROS.element);
}

function tilesOf([rows, columns]: Shape): number {
  return Math.ceil(rows! / 2) * Math.ceil(columns! / 2);
}

/** Winograd's form of a convolution with these outputs. */
function winograd([rows, columns]: Shape, channels: number, filters: number): number {
  return winogradCost(winogradTiles(rows!, columns!, channels, filters), channels, filters);
}

function is3x3({ kernelSize, strides }: ConvolutionShape): boolean {
  return `${kernelSize}/${strides}` === "3,3/1,1";
}

/** Whether Winograd's form exists and pays in the forward pass; `pooled` by 2 x 2, it makes whole windows only. */
export function winogradPays(shape: ConvolutionShape, pooled: boolean): boolean {
  const [, , channels] = shape.input as [number, number, number];
  const [rows, columns, filters] = shape.output as [number, number, number];
  if (!is3x3(shape) || channels % 4 || filters % 8) return false;
  const outputs = pooled ? [rows - (rows % 2), columns - (columns % 2)] : [rows, columns];
  return winograd(outputs, channels, filters) < positionsOf(outputs) * 4.5 * channels * filters;
}

export type GradientForm = "nonZeros" | "dense" | "winograd";

function cheapest(costs: Readonly<Partial<Record<GradientForm, number>>>): GradientForm {
  const [form] = Object.entries(costs).reduce((best, next) => (next[1] < best[1] ? next : best));
  return form as GradientForm;
}

/** How the kernel gradient of a convolution is computed for shards of `samples`. */
export function kernelGradientForm(
  shape: ConvolutionShape,
  follower: FollowerKind,
  samples: number,
  mayWinograd: boolean,
): GradientForm {
  if (follower === "pooling") return "nonZeros";
  const channels = shape.input[2]!;
  const filters = shape.output[2]!;
  const dense = positionsOf(shape.output) * filters * 2 * Math.ceil(patchOf(shape) / 4);
  const costs = { nonZeros: nonZeros(shape, follower), dense };
  if (!mayWinograd || !is3x3(shape) || channels % 4 || filters % 8) return cheapest(costs);
  const tiles = samples * tilesOf(shape.output);
  const all = tiles + WINOGRAD_BLOCK_COST * Math.ceil(tiles / WINOGRAD_BLOCK[2]);
  return cheapest({ ...costs, winograd: (all * winogradTileCost(2, channels, filters)) / samples });
}

/**
 * How the input gradient is computed. The dense forms are convolutions with stride 1 that give the gradient of the input
 * without its padding, of shape `wanted`.
 */
export function inputGradientForm(
  shape: ConvolutionShape,
  follower: FollowerKind,
  wanted: Shape,
  mayWinograd: boolean,
): GradientForm {
  if (follower === "pooling" || Math.max(...shape.strides) > 1) return "nonZeros";
  const channels = shape.input[2]!;
  const filters = shape.output[2]!;
  const columns = 8 * Math.ceil(channels / 8);
  const dense = positionsOf(wanted) * columns * shape.kernelSize[0] * shape.kernelSize[1] * (filters / 2);
  const costs = { nonZeros: nonZeros(shape, follower), dense };
  if (!mayWinograd || !is3x3(shape) || filters % 4 || channels % 8) return cheapest(costs);
  return cheapest({ ...costs, winograd: winograd(wanted, filters, channels) });
}
