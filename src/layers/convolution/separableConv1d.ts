import { linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { asImage, asSequence, ONE_ROW, single, slideSequence } from "../base/oneDimension.js";
import { activityOptions, biasOptions, biasSpec, weightSpec } from "../base/weightOptions.js";
import { checkDilation } from "./convolution.js";
import { recordSeparableConvolution } from "./separableConvolution.js";
import { depthwiseOptions, pointwiseOptions } from "./separableOptions.js";

/**
 * A depthwise convolution, then one of length 1 that joins the channels, bias and activation after that. Shapes: (L, C) to (L', filters);
 * depthwise kernel (k, C, m), pointwise kernel (1, C * m, filters), bias (filters); m = depthMultiplier; L' as H' of Conv2D.
 */
export class SeparableConv1D extends defineLayer(
  "SeparableConv1D",
  {
    /** Channels of the output. */
    filters: integer(1),
    /** Length of the window. */
    kernelSize: single(1),
    /** Default 1. */
    strides: optional(single(1), 1),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(single(1), 1),
    /** Depthwise filters of each channel. Default 1. */
    depthMultiplier: optional(integer(1), 1),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...depthwiseOptions,
    ...pointwiseOptions,
    ...biasOptions,
    ...activityOptions,
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    checkDilation("separableConv1d", [this.strides], [this.dilationRate]);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return activatedShape(this, [slideSequence(input!, this).output, this.filters]);
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const channels = input![1]!;
    return [
      weightSpec(this, "depthwise", [this.kernelSize, channels, this.depthMultiplier], "depthwise_kernel"),
      weightSpec(this, "pointwise", [1, channels * this.depthMultiplier, this.filters], "pointwise_kernel"),
      ...biasSpec(this, this.filters),
    ];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const { filters, depthMultiplier, activation } = this;
    const image = recordSeparableConvolution(program, asImage(x!), weights, {
      ...{ axes: [ONE_ROW, slideSequence(x!.shape, this)], kernelSize: [1, this.kernelSize], filters, depthMultiplier },
      ...{ strides: [1, this.strides], dilationRate: [1, this.dilationRate], relu: activation.name === "relu" },
    });
    return recordActivation(program, this, asSequence(x!, image), inputs, weights);
  }
}

/** Options of `separableConv1d`. */
export type SeparableConv1DOptions = OptionsOf<typeof SeparableConv1D>;
/**
 * A depthwise convolution, then one of length 1 that joins the channels, bias and activation after that. See {@link
 * SeparableConv1D}.
 */
export const separableConv1d = (options: SeparableConv1DOptions): SeparableConv1D => new SeparableConv1D(options);
