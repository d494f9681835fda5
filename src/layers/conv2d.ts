import { checkBoolean, checkInteger, checkPair } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape } from "../engine/shape.js";
import type { Initializer, Weight, WeightSpec } from "../engine/weight.js";
import { type InitializerName, initializerConfig, resolveInitializer } from "../initializers/resolve.js";
import { type ActivationName, checkActivation, recordActivation } from "./activation.js";
import { Layer, type LayerConfig, type LayerOptions } from "./layer.js";
import { checkPadding, type Padding, slide } from "./padding.js";

export interface Conv2DOptions extends LayerOptions {
  /** Channels of the output. */
  filters: number;
  /** One integer or (height, width). */
  kernelSize: number | readonly [number, number];
  /** Default 1. */
  strides?: number | readonly [number, number];
  /** Default "valid". */
  padding?: Padding;
  /** Default 1. Cannot be more than 1 together with strides of more than 1. */
  dilationRate?: number | readonly [number, number];
  /** Default "linear". */
  activation?: ActivationName;
  /** Default true. */
  useBias?: boolean;
  /** Default "glorotUniform". */
  kernelInitializer?: InitializerName | Initializer;
  /** Default "zeros". */
  biasInitializer?: InitializerName | Initializer;
}

/** About this much of the input stays in the first cache while the kernel gradient walks it again and again. */
const L1_BYTES = 2 ** 14;

const OPTIONS = [
  ...["filters", "kernelSize", "strides", "padding", "dilationRate"],
  ...["activation", "useBias", "kernelInitializer", "biasInitializer"],
];

/**
 * y[i,j,f] = activation(bias[f] + sum over (a,b,c) of x[i*s + a*d, j*s + b*d, c] kernel[a,b,c,f]).
 * Shapes: (H, W, C) to (H', W', filters); kernel (kh, kw, C, filters), bias (filters). With reach = (k - 1) * dilation + 1:
 * H' = floor((H - reach) / stride) + 1 for "valid", ceil(H / stride) for "same".
 */
export class Conv2D extends Layer {
  readonly filters: number;
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilationRate: readonly [number, number];
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;

  constructor(options: Conv2DOptions) {
    super("Conv2D", options, OPTIONS);
    this.filters = checkInteger("conv2d.filters", options.filters, 1);
    this.kernelSize = checkPair("conv2d.kernelSize", options.kernelSize);
    this.strides = checkPair("conv2d.strides", options.strides ?? 1);
    this.padding = checkPadding("conv2d.padding", options.padding ?? "valid");
    this.dilationRate = checkPair("conv2d.dilationRate", options.dilationRate ?? 1);
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new RangeError(
        `conv2d: expected strides or dilationRate to be 1, got strides ${formatShape(this.strides)} and dilationRate ${formatShape(this.dilationRate)}`,
      );
    }
    this.activation = checkActivation("conv2d.activation", options.activation ?? "linear");
    this.useBias = checkBoolean("conv2d.useBias", options.useBias ?? true);
    this.kernelInitializer = resolveInitializer(
      "conv2d.kernelInitializer",
      options.kernelInitializer ?? "glorotUniform",
    );
    this.biasInitializer = resolveInitializer("conv2d.biasInitializer", options.biasInitializer ?? "zeros");
  }

  #axes(input: Shape) {
    const axis = (i: 0 | 1) =>
      slide(input[i]!, this.kernelSize[i], this.strides[i], this.dilationRate[i], this.padding);
    return { rows: axis(0), columns: axis(1) };
  }

  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== 3) {
      throw new RangeError(`expected an input of shape (height, width, channels), got ${formatShape(input!)}`);
    }
    const { rows, columns } = this.#axes(input!);
    if (rows.output < 1 || columns.output < 1) {
      const reach = this.kernelSize.map((size, i) => (size - 1) * this.dilationRate[i]! + 1);
      throw new RangeError(`expected an input of at least ${formatShape(reach)}, got ${formatShape(input!)}`);
    }
    return [rows.output, columns.output, this.filters];
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [...this.kernelSize, input![2]!, this.filters];
    const kernel = { name: "kernel", shape, initializer: this.kernelInitializer };
    const bias = { name: "bias", shape: [this.filters], initializer: this.biasInitializer };
    return this.useBias ? [kernel, bias] : [kernel];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const [w, b] = weights;
    const { rows, columns } = this.#axes(x!.shape);
    const direct = Math.max(...this.dilationRate) === 1 && this.padding === "valid";
    const { outputs, backward } = direct
      ? this.#recordDirect(program, x!, w!, b)
      : this.#recordIm2col(program, x!, w!, b, rows.before, columns.before);
    const linear: Recorded = {
      outputs,
      backward(dys) {
        if (b?.trainable) {
          program.call("biasBackwardAdd", b.gradient, dys[0]!, rows.output * columns.output, b.size);
        }
        return backward!(dys);
      },
    };
    return recordActivation(program, this, linear, inputs, weights);
  }

  /** No padding, no dilation: the kernels walk the input itself. */
  #recordDirect(program: ProgramBuilder, x: Region, w: Weight, b: Weight | undefined): Recorded {
    const { filters } = this;
    const [height, width, channels] = x.shape as [number, number, number];
    const [kernelHeight, kernelWidth] = this.kernelSize;
    const [outHeight, outWidth] = this.outputShape([x.shape]) as [number, number, number];
    const run = kernelWidth * channels;
    const k = kernelHeight * run;
    // What all three kernels take after their pointers.
    const input = [height, width, channels] as const;
    const output = [outHeight, outWidth, filters] as const;
    const window = [...this.kernelSize, ...this.strides] as const;
    const y = program.region(output);
    const panels = program.prepare(w, "gemmPack", Math.ceil(filters / 8) * 8 * k, k, filters);
    program.call("conv2dForward", y, x, panels, b?.value ?? 0, ...input, ...output, ...window);
    return {
      outputs: [y],
      backward([dy]) {
        const patch = kernelHeight * Math.ceil(run / 4) * 4;
        const positions = outHeight * outWidth;
        if (w.trainable) {
          const group = Math.min(program.shardSamples, Math.max(1, Math.floor(L1_BYTES / x.bytes)));
          const scratch = program.scratch(filters * (patch + 1 + 2 * group * positions));
          program.call("conv2dBackwardKernelAdd", w.gradient, dy!, x, scratch, group, ...input, ...output, ...window);
        }
        if (!x.wantsGradient) return [undefined];
        const dx = program.region(x.shape);
        const scratch = program.scratch(positions + 1 + 2 * positions * filters);
        const t = program.prepare(w, "conv2dTransposeKernel", filters * patch, kernelHeight, run, filters);
        program.call("conv2dBackwardInput", dx, dy!, t, scratch, ...input, ...output, ...window);
        return [dx];
      },
    };
  }

  /** The general path: patches as rows, then matrix products. */
  #recordIm2col(
    program: ProgramBuilder,
    x: Region,
    w: Weight,
    b: Weight | undefined,
    top: number,
    left: number,
  ): Recorded {
    const { filters } = this;
    const [height, width, channels] = x.shape as [number, number, number];
    const [outHeight, outWidth] = this.outputShape([x.shape]) as [number, number, number];
    const positions = outHeight * outWidth;
    const k = this.kernelSize[0] * this.kernelSize[1] * channels;
    const sizes = [height, width, channels, outHeight, outWidth, ...this.kernelSize] as const;
    const window = [...this.strides, ...this.dilationRate, top, left] as const;
    const patches = program.region([positions, k]);
    program.call("im2colForward", patches, x, ...sizes, ...window);
    const y = program.region([outHeight, outWidth, filters]);
    const panels = program.prepare(w, "gemmPack", Math.ceil(filters / 8) * 8 * k, k, filters);
    program.call("gemmNN", y, patches, panels, b?.value ?? 0, positions, k, filters);
    return {
      outputs: [y],
      backward([dy]) {
        if (w.trainable) program.call("gemmTNAdd", w.gradient, patches, dy!, positions, k, filters);
        if (!x.wantsGradient) return [undefined];
        const dpatches = program.region([positions, k]);
        const transposed = program.prepare(w, "gemmPackTransposed", Math.ceil(k / 8) * 8 * filters, filters, k);
        program.call("gemmNN", dpatches, dy!, transposed, 0, positions, filters, k);
        const dx = program.region(x.shape);
        program.call("im2colBackward", dx, dpatches, ...sizes, ...window);
        return [dx];
      },
    };
  }

  config(): LayerConfig {
    return {
      filters: this.filters,
      kernel_size: [...this.kernelSize],
      strides: [...this.strides],
      padding: this.padding,
      data_format: "channels_last",
      dilation_rate: [...this.dilationRate],
      groups: 1,
      activation: this.activation,
      use_bias: this.useBias,
      kernel_initializer: initializerConfig(this.kernelInitializer),
      bias_initializer: initializerConfig(this.biasInitializer),
    };
  }
}
