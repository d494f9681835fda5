import { linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, optional } from "../../base/options.js";
import { core } from "../../engine/kernels/packs/core.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { asImage, asSequence, ONE_ROW, single, slideSequence } from "../base/oneDimension.js";
import { activityOptions, biasOptions, biasSpec, weightSpec } from "../base/weightOptions.js";
import { checkDilation } from "./convolution.js";
import { recordDepthwiseConvolution } from "./depthwiseConvolution.js";
import { depthwiseOptions } from "./separableOptions.js";

/**
 * Each channel convolved by itself: y[i,c*m+q] = activation(bias[c*m+q] + sum over a of x[i*s + a*d, c] kernel[a,c,q]), m = depthMultiplier.
 * Shapes: (L, C) to (L', C * m); kernel (k, C, m), bias (C * m); L' as H' of Conv2D.
 */
export class DepthwiseConv1D extends defineLayer(
  "DepthwiseConv1D",
  {
    /** Length of the window. */
    kernelSize: single(1),
    /** Default 1. */
    strides: optional(single(1), 1),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
    /** Filters of each channel. Default 1. */
    depthMultiplier: optional(integer(1), 1),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(single(1), 1),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...depthwiseOptions,
    ...biasOptions,
    ...activityOptions,
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    checkDilation("depthwiseConv1d", [this.strides], [this.dilationRate]);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return activatedShape(this, [slideSequence(input!, this).output, input![1]! * this.depthMultiplier]);
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [this.kernelSize, input![1]!, this.depthMultiplier];
    return [weightSpec(this, "depthwise", shape, "kernel"), ...biasSpec(this, input![1]! * this.depthMultiplier)];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const columns = slideSequence(x!.shape, this);
    const channels = x!.shape[1]! * this.depthMultiplier;
    const { outputs, backward } = recordDepthwiseConvolution(
      program,
      {
        ...{ x: asImage(x!), axes: [ONE_ROW, columns], kernel: kernel!, bias, kernelSize: [1, this.kernelSize] },
        ...{ strides: [1, this.strides], outputShape: [1, columns.output, channels] },
      },
      [1, this.dilationRate],
    );
    const image: Recorded = {
      outputs,
      backward([dy]) {
        if (bias?.trainable) program.call(core, "biasBackwardAdd", bias.gradient, dy!, columns.output, channels);
        return backward!([dy!]);
      },
    };
    return recordActivation(program, this, asSequence(x!, image), inputs, weights);
  }
}

/** Options of `depthwiseConv1d`. */
export type DepthwiseConv1DOptions = OptionsOf<typeof DepthwiseConv1D>;
/**
 * Each channel convolved by itself: y[i,c*m+q] = activation(bias[c*m+q] + sum over a of x[i*s + a*d, c] kernel[a,c,q]), m =
 * depthMultiplier. See {@link DepthwiseConv1D}.
 */
export const depthwiseConv1d = (options: DepthwiseConv1DOptions): DepthwiseConv1D => new DepthwiseConv1D(options);
