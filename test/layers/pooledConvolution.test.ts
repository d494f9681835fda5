import { describe, expect, it } from "vitest";
import { Layer, type LayerConfig, layers, type ProgramBuilder, type Region, type Shape, type Weight } from "wasm-cnn";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { activations } from "./activations.js";
import { convolutionTolerance, expectLayer } from "./expectLayer.js";

/** A convolution and the max pooling behind it as the one unit that models make of them. */
class PooledConvolution extends Layer {
  constructor(
    readonly convolution: ReturnType<typeof layers.conv2d>,
    readonly pooling: ReturnType<typeof layers.maxPooling2d>,
  ) {
    super("PooledConvolution", {});
  }

  get follower() {
    return { layer: this.pooling, weights: [], training: true };
  }

  outputShape(inputs: readonly Shape[]): Shape {
    return this.pooling.outputShape([this.convolution.outputShape(inputs)]);
  }

  override weightSpecs(inputs: readonly Shape[]) {
    return this.convolution.weightSpecs(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]) {
    return this.convolution.fuse([this.follower], program.training)!.record(program, inputs, weights);
  }

  override config(): LayerConfig {
    return {};
  }
}

interface Case {
  /** (samples, height, width, channels) */
  readonly x: readonly [number, number, number, number];
  /** (height, width, filters) */
  readonly kernel: readonly [number, number, number];
  readonly strides?: readonly [number, number];
  readonly padding?: "valid" | "same";
  readonly pool: readonly [number, number];
  readonly poolStrides?: readonly [number, number];
  readonly poolPadding?: "valid" | "same";
  readonly activation?: "linear" | "relu";
}

const CASES: Case[] = [
  { x: [5, 4, 4, 1], kernel: [3, 3, 1], pool: [2, 2], activation: "relu" },
  { x: [3, 8, 9, 1], kernel: [3, 3, 32], pool: [2, 2], activation: "relu" },
  { x: [2, 13, 13, 32], kernel: [3, 3, 16], pool: [2, 2], activation: "relu" },
  { x: [3, 7, 7, 4], kernel: [3, 3, 8], pool: [2, 2] },
  { x: [3, 9, 10, 3], kernel: [2, 3, 5], pool: [3, 3], activation: "relu" },
  { x: [2, 9, 11, 4], kernel: [3, 3, 9], pool: [2, 3], poolPadding: "same", activation: "relu" },
  { x: [2, 12, 12, 2], kernel: [3, 3, 7], pool: [2, 2], poolStrides: [3, 2] },
  { x: [2, 13, 12, 3], kernel: [3, 3, 6], strides: [2, 1], pool: [2, 2], activation: "relu" },
  { x: [4, 6, 5, 3], kernel: [1, 1, 8], pool: [1, 1], activation: "relu" },
  { x: [2, 8, 8, 8], kernel: [3, 3, 8], padding: "same", pool: [2, 2], activation: "relu" },
  { x: [3, 7, 6, 3], kernel: [4, 3, 5], padding: "same", strides: [1, 2], pool: [2, 2], poolPadding: "same" },
];

describe("a convolution and the max pooling behind it, recorded as one unit", () => {
  it.each(CASES.map((one, i) => [JSON.stringify(one), one, i] as const))("%s", async (_name, one, i) => {
    const { kernel, activation = "linear", strides = [1, 1], padding = "valid" } = one;
    const { pool: poolSize, poolStrides = poolSize, poolPadding = "valid" } = one;
    const [kernelHeight, kernelWidth, filters] = kernel;
    const values = random(i + 1);
    const x = values.tensor(one.x);
    const w = values.tensor([kernelHeight, kernelWidth, one.x[3], filters]);
    const b = values.tensor([filters]);
    const { forward, backward } = activations[activation];
    const z = forward(conv2dForward({ x, w, b, strides, padding }));
    const { y, argmax } = maxPool2dForward({ x: z, poolSize, strides: poolStrides, padding: poolPadding });
    const dy = values.tensor(y.shape);
    const dz = backward({ dy: maxPool2dBackward({ dy, argmax, xShape: z.shape }), y: z });
    const { dx, dw, db } = conv2dBackward({ x, w, dy: dz, strides, padding });

    const kernelSize = [kernelHeight, kernelWidth] as const;
    const convolution = layers.conv2d({ filters, kernelSize, strides, padding, activation });
    const pooling = layers.maxPooling2d({ poolSize, strides: poolStrides, padding: poolPadding });
    const unit = new PooledConvolution(convolution, pooling);
    expect(convolution.fuse([unit.follower], true)?.count).toBe(1);
    const tolerance = convolutionTolerance(one.x[3], filters);
    await expectLayer(unit, { x, dy, weights: [w, b], y, dx, dweights: [dw, db], tolerance });
  });
});
