import { describe, expect, it } from "vitest";
import { Layer, type LayerConfig, layers, type ProgramBuilder, type Region, type Shape, type Weight } from "wasm-cnn";
import { expectClose } from "../expectClose.js";
import { conv2dBackward, conv2dForward } from "../reference/conv2d.js";
import { maxPool2dBackward, maxPool2dForward } from "../reference/maxPool2d.js";
import { random } from "../reference/random.js";
import { tolerances } from "../tolerances.js";
import { activations } from "./activations.js";
import { expectLayer } from "./expectLayer.js";
import { runLayer } from "./harness.js";

type Convolution = ReturnType<typeof layers.conv2d>;
type Pooling = ReturnType<typeof layers.maxPooling2d>;

/** A convolution and a max pooling behind it: as one unit, or one after the other. */
class Pair extends Layer {
  constructor(
    readonly convolution: Convolution,
    readonly pooling: Pooling,
    readonly fused: boolean,
  ) {
    super("Pair", {});
  }

  outputShape(inputs: readonly Shape[]): Shape {
    return this.pooling.outputShape([this.convolution.outputShape(inputs)]);
  }

  override weightSpecs(inputs: readonly Shape[]) {
    return this.convolution.weightSpecs(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]) {
    const { convolution, pooling } = this;
    if (this.fused) return convolution.recordPooled(program, inputs, weights, pooling);
    return { outputs: program.apply(pooling, program.apply(convolution, inputs, weights), []) };
  }

  config(): LayerConfig {
    return {};
  }
}

interface Case {
  /** (samples, height, width, channels) */
  readonly x: readonly [number, number, number, number];
  /** (height, width, filters) */
  readonly kernel: readonly [number, number, number];
  readonly strides?: readonly [number, number];
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
];

describe("a convolution and the max pooling behind it, recorded as one unit", () => {
  for (const [i, one] of CASES.entries()) {
    const { kernel, activation = "linear", strides = [1, 1], pool, poolStrides = pool, poolPadding = "valid" } = one;
    const [kernelHeight, kernelWidth, filters] = kernel;
    const pair = (fused: boolean) => {
      const kernelSize = [kernelHeight, kernelWidth] as const;
      const pooling = { poolSize: pool, strides: poolStrides, padding: poolPadding };
      return new Pair(layers.conv2d({ filters, kernelSize, strides, activation }), layers.maxPooling2d(pooling), fused);
    };
    const values = random(i + 1);
    const x = values.tensor(one.x);
    const w = values.tensor([kernelHeight, kernelWidth, one.x[3], filters]);
    const b = values.tensor([filters]);
    const convolved = activations[activation].forward(conv2dForward({ x, w, b, strides }));
    const pooled = maxPool2dForward({ x: convolved, poolSize: pool, strides: poolStrides, padding: poolPadding });
    const dy = values.tensor(pooled.y.shape);

    it(`computes what the reference computes: ${JSON.stringify(one)}`, async () => {
      const dpooled = maxPool2dBackward({ dy, argmax: pooled.argmax, xShape: convolved.shape });
      const dz = activations[activation].backward({ dy: dpooled, y: convolved });
      const { dx, dw, db } = conv2dBackward({ x, w, dy: dz, strides });
      const { convolution, pooling } = pair(true);
      expect(convolution.canPool(pooling)).toBe(true);
      await expectLayer(pair(true), { x, dy, weights: [w, b], y: pooled.y, dx, dweights: [dw, db] });
    });

    // But for the gradients of the weights, which are summed in another order.
    it(`computes the bits that both compute alone: ${JSON.stringify(one)}`, async () => {
      const options = { x, dy, weights: [w.data, b.data], shardSamples: 2, winograd: false };
      const [fused, apart] = [await runLayer(pair(true), options), await runLayer(pair(false), options)];
      expect(fused.y).toEqual(apart.y);
      expect(fused.dx).toEqual(apart.dx);
      for (const [k, dweight] of apart.dweights.entries()) {
        expectClose(fused.dweights[k]!, dweight, tolerances.layer, `gradient of weight ${k}`);
      }
    });
  }

  it.each<[string, Parameters<typeof layers.conv2d>[0], Parameters<typeof layers.maxPooling2d>[0]]>([
    ["windows that overlap", { filters: 1, kernelSize: 3 }, { poolSize: 3, strides: 2 }],
    ["a softmax between them", { filters: 2, kernelSize: 3, activation: "softmax" }, {}],
    ["padding", { filters: 1, kernelSize: 3, padding: "same" }, {}],
    ["dilation", { filters: 1, kernelSize: 3, dilationRate: 2 }, {}],
  ])("does not exist for %s", (_name, convolution, pooling) => {
    expect(layers.conv2d(convolution).canPool(layers.maxPooling2d(pooling))).toBe(false);
  });
});
