import { type Activation, linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, optional, pair } from "../../base/options.js";
import { core } from "../../engine/kernels/packs/core.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { foldable, foldWeights, recordInTurn } from "../base/folding.js";
import { defineLayer, type Follower, type Fused, type OptionsOf } from "../base/layer.js";
import { slideImage } from "../base/padding.js";
import { activityOptions, biasOptions, biasSpec, weightSpec } from "../base/weightOptions.js";
import { checkDilation } from "./convolution.js";
import { is3x3 } from "./depthwise3x3.js";
import { recordDepthwiseConvolution } from "./depthwiseConvolution.js";
import { depthwiseOptions } from "./separableOptions.js";

/**
 * Each channel convolved by itself: y[i,j,c*m+q] = activation(bias[c*m+q] + sum over (a,b) of x[i*s + a*d, j*s + b*d, c] kernel[a,b,c,q]),
 * m = depthMultiplier. Shapes: (H, W, C) to (H', W', C * m); kernel (kh, kw, C, m), bias (C * m); H' and W' as of Conv2D.
 */
export class DepthwiseConv2D extends defineLayer(
  "DepthwiseConv2D",
  {
    /** One integer or (height, width). */
    kernelSize: pair(1),
    /** Default 1. */
    strides: optional(pair(1), [1, 1]),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
    /** Filters of each channel. Default 1. */
    depthMultiplier: optional(integer(1), 1),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(pair(1), [1, 1]),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...depthwiseOptions,
    ...biasOptions,
    ...activityOptions,
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    checkDilation("depthwiseConv2d", this.strides, this.dilationRate);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return activatedShape(this, this.#convolvedShape(input!));
  }

  /** Before the activation. */
  #convolvedShape(input: Shape): Shape {
    const [rows, columns] = slideImage(input, this);
    return [rows.output, columns.output, input[2]! * this.depthMultiplier];
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const channels = input![2]!;
    const shape = [...this.kernelSize, channels, this.depthMultiplier];
    return [weightSpec(this, "depthwise", shape, "kernel"), ...biasSpec(this, channels * this.depthMultiplier)];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    return this.#record(program, inputs, weights, this.activation);
  }

  /** At inference batch normalisation after it goes into kernel and bias. */
  override fuse(followers: readonly Follower[], training: boolean): Fused | undefined {
    // The penalty is on the layer's own output.
    if (this.activityRegularizer) return undefined;
    const { count, normalization, activation } = foldable(this.activation, followers, training);
    if (!normalization) return undefined;
    return {
      count,
      record: (program, inputs, weights) => {
        if (program.learns)
          return recordInTurn(program, [{ layer: this, weights }, ...followers.slice(0, count)], inputs);
        const own = foldWeights(program, weights, normalization, inputs[0]!.shape[2]! * this.depthMultiplier);
        return this.#record(program, inputs, own, activation);
      },
    };
  }

  #record(
    program: ProgramBuilder,
    inputs: readonly Region[],
    weights: readonly Weight[],
    activation: Activation,
  ): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const { name, kernelSize, strides, activityRegularizer } = this;
    const convolution = {
      ...{ x: x!, axes: slideImage(x!.shape, this), kernel: kernel!, bias, kernelSize, strides },
      outputShape: this.#convolvedShape(x!.shape),
    };
    const bounds = program.learns || !is3x3(this, this.dilationRate) ? undefined : activation.bounds;
    const { outputs, backward } = recordDepthwiseConvolution(program, { ...convolution, bounds }, this.dilationRate);
    const before: Recorded = {
      outputs,
      backward([dy]) {
        if (bias?.trainable) {
          program.call(core, "biasBackwardAdd", bias.gradient, dy!, dy!.size / bias.size, bias.size);
        }
        return backward!([dy!]);
      },
    };
    const rest = { name, activation: bounds ? linear : activation, activityRegularizer };
    return recordActivation(program, rest, before, inputs, weights);
  }
}

/** Options of `depthwiseConv2d`. */
export type DepthwiseConv2DOptions = OptionsOf<typeof DepthwiseConv2D>;
/**
 * Each channel convolved by itself: y[i,j,c*m+q] = activation(bias[c*m+q] + sum over (a,b) of x[i*s + a*d, j*s + b*d, c]
 * kernel[a,b,c,q]), m = depthMultiplier. See {@link DepthwiseConv2D}.
 */
export const depthwiseConv2d = (options: DepthwiseConv2DOptions): DepthwiseConv2D => new DepthwiseConv2D(options);
