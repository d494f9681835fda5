import { linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { asImage, asSequence, ONE_ROW, single, slideSequence } from "../base/oneDimension.js";
import { activityOptions, biasOptions, biasSpec, kernelOptions, weightSpec } from "../base/weightOptions.js";
import { channelsOf, checkDilation, checkGroups, loadConvolution, recordConvolution } from "./convolution.js";

/**
 * y[i,f] = activation(bias[f] + sum over (a,c) of x[i*s + a*d, c] kernel[a,c,f]). Shapes: (L, C) to (L', filters); kernel (k, C / groups,
 * filters), bias (filters). L' as H' of Conv2D; for "causal" ceil(L / stride).
 */
export class Conv1D extends defineLayer(
  "Conv1D",
  {
    /** Channels of the output. */
    filters: integer(1),
    /** Length of the window. */
    kernelSize: single(1),
    /** Default 1. */
    strides: optional(single(1), 1),
    /** Default "valid". "causal": zeros before the sequence, so that no output sees what comes later. */
    padding: optional(choice("valid", "same", "causal"), "valid"),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(single(1), 1),
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
    checkDilation("conv1d", [this.strides], [this.dilationRate]);
    checkGroups("conv1d", this.groups, this.filters);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return activatedShape(this, [slideSequence(input!, this).output, this.filters]);
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [this.kernelSize, channelsOf(this.groups, input![1]!), this.filters];
    return [weightSpec(this, "kernel", shape), ...biasSpec(this, this.filters)];
  }

  override async load(): Promise<void> {
    await loadConvolution({ groups: this.groups, dilationRate: [this.dilationRate] });
    await super.load();
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const columns = slideSequence(x!.shape, this);
    const { filters, kernelSize, strides, dilationRate, groups, activation } = this;
    const image = recordConvolution(
      program,
      {
        ...{ x: asImage(x!), axes: [ONE_ROW, columns], kernel: kernel!, bias, relu: activation.name === "relu" },
        ...{ kernelSize: [1, kernelSize], strides: [1, strides], outputShape: [1, columns.output, filters] },
      },
      { dilationRate: [1, dilationRate], groups },
    );
    return recordActivation(program, this, asSequence(x!, image), inputs, weights);
  }
}

/** Options of `conv1d`. */
export type Conv1DOptions = OptionsOf<typeof Conv1D>;
/** y[i,f] = activation(bias[f] + sum over (a,c) of x[i*s + a*d, c] kernel[a,c,f]). See {@link Conv1D}. */
export const conv1d = (options: Conv1DOptions): Conv1D => new Conv1D(options);
