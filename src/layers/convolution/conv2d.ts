import { type Activation, linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { relu } from "../../activations/relu.js";
import { choice, integer, optional, pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { foldable, foldWeights, recordInTurn } from "../base/folding.js";
import { defineLayer, type Follower, type Fused, type Layer, type OptionsOf } from "../base/layer.js";
import { slideImage } from "../base/padding.js";
import { activityOptions, biasOptions, biasSpec, kernelOptions, weightSpec } from "../base/weightOptions.js";
import { MaxPooling2D } from "../pooling/maxPooling2d.js";
import {
  channelsOf,
  checkDilation,
  checkGroups,
  loadConvolution,
  recordConvolution,
  takesBounds,
} from "./convolution.js";
import type { Convolution } from "./directConvolution.js";

/**
 * y[i,j,f] = activation(bias[f] + sum over (a,b,c) of x[i*s + a*d, j*s + b*d, c] kernel[a,b,c,f]).
 * Shapes: (H, W, C) to (H', W', filters); kernel (kh, kw, C / groups, filters), bias (filters). With reach = (k - 1) * dilation + 1:
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
    /** In how many groups the channels are: a filter sees those of its own. Divides channels and filters. Default 1. */
    groups: optional(integer(1), 1),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...kernelOptions,
    ...biasOptions,
    ...activityOptions,
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    checkDilation("conv2d", this.strides, this.dilationRate);
    checkGroups("conv2d", this.groups, this.filters);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return activatedShape(this, this.#convolvedShape(input!));
  }

  /** Before the activation. */
  #convolvedShape(input: Shape): Shape {
    const [rows, columns] = slideImage(input, this);
    return [rows.output, columns.output, this.filters];
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [...this.kernelSize, channelsOf(this.groups, input![2]!), this.filters];
    return [weightSpec(this, "kernel", shape), ...biasSpec(this, this.filters)];
  }

  override async load(): Promise<void> {
    await loadConvolution(this);
    await super.load();
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    return this.#record(program, inputs, weights, this.activation, undefined);
  }

  /**
   * With max pooling after it in one unit, what pooling drops is never computed: the activation comes last, on a quarter of the
   * numbers; as it never falls, the result is the same. At inference batch normalisation goes into kernel and bias.
   */
  override fuse(followers: readonly Follower[], training: boolean): Fused | undefined {
    // The penalty is on the layer's own output.
    if (this.activityRegularizer) return undefined;
    const folding = foldable(this.activation, followers, training);
    const { activation } = folding;
    const pool = this.#poolOf(followers[folding.count]?.layer, activation);
    const count = folding.count + Number(pool !== undefined);
    if (count === 0) return undefined;
    const { normalization } = folding;
    return {
      count,
      record: (program, inputs, weights) => {
        if (program.learns && folding.count > 0) {
          return recordInTurn(program, [{ layer: this, weights }, ...followers.slice(0, count)], inputs);
        }
        const own = normalization ? foldWeights(program, weights, normalization, this.filters) : weights;
        return this.#record(program, inputs, own, activation, pool);
      },
    };
  }

  /** The layer, if it is pooling that can be one with this. */
  #poolOf(layer: Layer | undefined, activation: Activation): MaxPooling2D | undefined {
    if (!(layer instanceof MaxPooling2D) || Math.max(...this.dilationRate, this.groups) > 1) return undefined;
    const apart = layer.strides[0] >= layer.poolSize[0] && layer.strides[1] >= layer.poolSize[1];
    return apart && (activation === linear || activation === relu) ? layer : undefined;
  }

  #record(
    program: ProgramBuilder,
    inputs: readonly Region[],
    weights: readonly Weight[],
    activation: Activation,
    pool: MaxPooling2D | undefined,
  ): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const { name, kernelSize, strides, dilationRate, groups, activityRegularizer } = this;
    const convolution: Convolution = {
      ...{ x: x!, axes: slideImage(x!.shape, this), kernel: kernel!, bias, kernelSize, strides },
      outputShape: this.#convolvedShape(x!.shape),
      relu: activation.name === "relu",
    };
    const bounds = program.learns || pool ? undefined : activation.bounds;
    const isBounded = bounds !== undefined && takesBounds(program, convolution, dilationRate, groups);
    const bounded = isBounded ? { ...convolution, bounds } : convolution;
    const before = recordConvolution(program, bounded, { dilationRate, groups, pool });
    const rest = { name, activation: isBounded ? linear : activation, activityRegularizer };
    return recordActivation(program, rest, before, inputs, weights);
  }
}

/** Options of `conv2d`. */
export type Conv2DOptions = OptionsOf<typeof Conv2D>;
/**
 * y[i,j,f] = activation(bias[f] + sum over (a,b,c) of x[i*s + a*d, j*s + b*d, c] kernel[a,b,c,f]). See {@link Conv2D}.
 */
export const conv2d = (options: Conv2DOptions): Conv2D => new Conv2D(options);
