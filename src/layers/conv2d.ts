import { linear } from "../activations/activation.js";
import { activation, recordActivation } from "../activations/option.js";
import { choice, integer, optional, pair } from "../base/options.js";
import { core } from "../engine/packs/core.generated.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape } from "../engine/shape.js";
import type { Weight, WeightSpec } from "../engine/weight.js";
import { type Convolution, recordDirectConvolution } from "./directConvolution.js";
import { recordIm2colConvolution } from "./im2colConvolution.js";
import { defineLayer, type Follower, type Fused, type OptionsOf } from "./layer.js";
import { MaxPooling2D } from "./maxPooling2d.js";
import { slide } from "./padding.js";
import { biasOptions, biasSpec, fixedOptions, kernelOptions, weightSpec } from "./weightOptions.js";

/**
 * y[i,j,f] = activation(bias[f] + sum over (a,b,c) of x[i*s + a*d, j*s + b*d, c] kernel[a,b,c,f]).
 * Shapes: (H, W, C) to (H', W', filters); kernel (kh, kw, C, filters), bias (filters). With reach = (k - 1) * dilation + 1:
 * H' = floor((H - reach) / stride) + 1 for "valid", ceil(H / stride) for "same".
 */
export class Conv2D extends defineLayer(
  "Conv2D",
  {
    /** Channels of the output. */
    filters: integer(1),
    /** One integer or (height, width). */
    kernelSize: pair(1),
    /** Default 1. */
    strides: optional(pair(1), [1, 1]),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(pair(1), [1, 1]),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...kernelOptions,
    ...biasOptions,
  },
  { data_format: "channels_last", groups: 1, ...fixedOptions },
) {
  protected override validate(): void {
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new RangeError(
        `conv2d: expected strides or dilationRate to be 1, got strides ${formatShape(this.strides)} and dilationRate ${formatShape(this.dilationRate)}`,
      );
    }
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
    return [weightSpec(this, "kernel", shape), ...biasSpec(this, this.filters)];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    return this.#record(program, inputs, weights, undefined);
  }

  /** With max pooling after it in one unit, what pooling drops is never computed: the activation comes last, on a quarter of the
   * numbers; as it never falls, the result is the same. */
  override fuse([next]: readonly Follower[]): Fused | undefined {
    const pool = next?.layer;
    if (!(pool instanceof MaxPooling2D) || !this.#isDirect) return undefined;
    const apart = pool.strides[0] >= pool.poolSize[0] && pool.strides[1] >= pool.poolSize[1];
    if (!apart || !["linear", "relu"].includes(this.activation.name)) return undefined;
    return { count: 1, record: (program, inputs, weights) => this.#record(program, inputs, weights, pool) };
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
      relu: this.activation.name === "relu",
    };
    const { outputs, backward } = this.#isDirect
      ? recordDirectConvolution(program, convolution, pool)
      : recordIm2colConvolution(program, convolution, this.dilationRate);
    const linear: Recorded = {
      outputs,
      backward([dy]) {
        if (bias?.trainable) {
          program.call(core, "biasBackwardAdd", bias.gradient, dy!, dy!.size / bias.size, bias.size);
        }
        return backward!([dy!]);
      },
    };
    return recordActivation(program, this, linear, inputs, weights);
  }
}

/** Options of `conv2d`. */
export type Conv2DOptions = OptionsOf<typeof Conv2D>;
export const conv2d = (options: Conv2DOptions): Conv2D => new Conv2D(options);
