import { checkBoolean, checkInteger, checkPair } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape } from "../engine/shape.js";
import type { Initializer, Weight, WeightSpec } from "../engine/weight.js";
import { type InitializerName, initializerConfig, resolveInitializer } from "../initializers/resolve.js";
import { type ActivationName, checkActivation, recordActivation } from "./activation.js";
import { type Convolution, recordDirectConvolution } from "./directConvolution.js";
import { recordIm2colConvolution } from "./im2colConvolution.js";
import { Layer, type LayerConfig, type LayerOptions } from "./layer.js";
import type { MaxPooling2D } from "./maxPooling2d.js";
import { checkPadding, type Padding, slide } from "./padding.js";

export interface Conv2DOptions extends LayerOptions {
  /** Channels of the output. */
  filters: number;
  /** One integer or (height, width). */
  kernelSize: number | readonly [number, number];
  /** Default 1. */
  strides?: number | readonly [number, number] | undefined;
  /** Default "valid". */
  padding?: Padding | undefined;
  /** Default 1. Cannot be more than 1 together with strides of more than 1. */
  dilationRate?: number | readonly [number, number] | undefined;
  /** Default "linear". */
  activation?: ActivationName | undefined;
  /** Default true. */
  useBias?: boolean | undefined;
  /** Default "glorotUniform". */
  kernelInitializer?: InitializerName | Initializer | undefined;
  /** Default "zeros". */
  biasInitializer?: InitializerName | Initializer | undefined;
}

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
    return this.#record(program, inputs, weights, undefined);
  }

  /** Whether recordPooled can take the place of this layer and a max pooling behind it. */
  canPool({ poolSize, strides }: MaxPooling2D): boolean {
    const apart = strides[0] >= poolSize[0] && strides[1] >= poolSize[1];
    return this.#isDirect && apart && this.activation !== "softmax";
  }

  /**
   * This layer and a max pooling behind it in one unit: what pooling drops is never computed. The activation comes last,
   * on a quarter of the numbers; as it never falls, the result is the same.
   */
  recordPooled(
    program: ProgramBuilder,
    inputs: readonly Region[],
    weights: readonly Weight[],
    pool: MaxPooling2D,
  ): Recorded {
    return this.#record(program, inputs, weights, pool);
  }

  get #isDirect(): boolean {
    return Math.max(...this.dilationRate) === 1;
  }

  #record(
    program: ProgramBuilder,
    inputs: readonly Region[],
    weights: readonly Weight[],
    pool: MaxPooling2D | undefined,
  ): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const { rows, columns } = this.#axes(x!.shape);
    const { kernelSize, strides } = this;
    const convolution: Convolution = {
      ...{ x: x!, axes: [rows, columns], kernel: kernel!, bias, kernelSize, strides },
      outputShape: this.outputShape([x!.shape]),
      relu: this.activation === "relu",
    };
    const { outputs, backward } = this.#isDirect
      ? recordDirectConvolution(program, convolution, pool)
      : recordIm2colConvolution(program, convolution, this.dilationRate);
    const linear: Recorded = {
      outputs,
      backward([dy]) {
        if (bias?.trainable) {
          program.call("biasBackwardAdd", bias.gradient, dy!, dy!.size / bias.size, bias.size);
        }
        return backward!([dy!]);
      },
    };
    return recordActivation(program, this, linear, inputs, weights);
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
