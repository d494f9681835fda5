import { linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, optional, pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { slideImage } from "../base/padding.js";
import { activityOptions, biasOptions, biasSpec, weightSpec } from "../base/weightOptions.js";
import { checkDilation } from "./convolution.js";
import { recordSeparableConvolution } from "./separableConvolution.js";
import { depthwiseOptions, pointwiseOptions } from "./separableOptions.js";

/**
 * A depthwise convolution, then one of 1 x 1 that joins the channels, bias and activation after that. Shapes: (H, W, C) to (H', W', filters);
 * depthwise kernel (kh, kw, C, m), pointwise kernel (1, 1, C * m, filters), bias (filters); m = depthMultiplier; H' and W' as of Conv2D.
 */
export class SeparableConv2D extends defineLayer(
  "SeparableConv2D",
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
    checkDilation("separableConv2d", this.strides, this.dilationRate);
  }

  outputShape([input]: readonly Shape[]): Shape {
    const [rows, columns] = slideImage(input!, this);
    return activatedShape(this, [rows.output, columns.output, this.filters]);
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const channels = input![2]!;
    return [
      weightSpec(this, "depthwise", [...this.kernelSize, channels, this.depthMultiplier], "depthwise_kernel"),
      weightSpec(this, "pointwise", [1, 1, channels * this.depthMultiplier, this.filters], "pointwise_kernel"),
      ...biasSpec(this, this.filters),
    ];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const { kernelSize, strides, dilationRate, filters, activation } = this;
    const before = recordSeparableConvolution(program, x!, weights, {
      ...{ axes: slideImage(x!.shape, this), kernelSize, strides, dilationRate, filters },
      ...{ depthMultiplier: this.depthMultiplier, relu: activation.name === "relu" },
    });
    return recordActivation(program, this, before, inputs, weights);
  }
}

/** Options of `separableConv2d`. */
export type SeparableConv2DOptions = OptionsOf<typeof SeparableConv2D>;
/**
 * A depthwise convolution, then one of 1 x 1 that joins the channels, bias and activation after that. See {@link
 * SeparableConv2D}.
 */
export const separableConv2d = (options: SeparableConv2DOptions): SeparableConv2D => new SeparableConv2D(options);
