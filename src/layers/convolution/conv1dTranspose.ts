import { linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, nullable, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { asImage, asSequence, checkSequence, single } from "../base/oneDimension.js";
import { spread } from "../base/slide.js";
import { activityOptions, biasOptions, biasSpec, kernelOptions, weightSpec } from "../base/weightOptions.js";
import { checkDilation } from "./convolution.js";
import { checkOutputPadding, recordTransposedConvolution } from "./transposedConvolution.js";

/**
 * A convolution turned round: y[i*s + a*d, f] += sum over c of x[i,c] kernel[a,f,c]; then bias and activation.
 * Shapes: (L, C) to (L', filters); kernel (k, filters, C), bias (filters); L' as H' of Conv2DTranspose.
 */
export class Conv1DTranspose extends defineLayer(
  "Conv1DTranspose",
  {
    /** Channels of the output. */
    filters: integer(1),
    /** Length of the window. */
    kernelSize: single(1),
    /** How far apart the inputs' patches lie in the output. Default 1. */
    strides: optional(single(1), 1),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
    /** What the output is longer than it has to be, less than the strides. Default null: see the shapes. */
    outputPadding: optional(nullable(single(0)), null),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(single(1), 1),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...kernelOptions,
    ...biasOptions,
    ...activityOptions,
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    checkDilation("conv1dTranspose", [this.strides], [this.dilationRate]);
    const { outputPadding } = this;
    checkOutputPadding("conv1dTranspose", outputPadding === null ? null : [outputPadding], [this.strides]);
  }

  #axis([length]: Shape) {
    return spread(length!, this.kernelSize, this.strides, this.dilationRate, this.padding, this.outputPadding);
  }

  outputShape([input]: readonly Shape[]): Shape {
    checkSequence(input!);
    return activatedShape(this, [this.#axis(input!).output, this.filters]);
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [this.kernelSize, this.filters, input![1]!];
    return [weightSpec(this, "kernel", shape), ...biasSpec(this, this.filters)];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const columns = this.#axis(x!.shape);
    const image = recordTransposedConvolution(program, {
      ...{ x: asImage(x!), axes: [{ output: 1, before: 0 }, columns], kernel: kernel!, bias },
      ...{ kernelSize: [1, this.kernelSize], strides: [1, this.strides], dilationRate: [1, this.dilationRate] },
      outputShape: [1, columns.output, this.filters],
    });
    return recordActivation(program, this, asSequence(x!, image), inputs, weights);
  }
}

/** Options of `conv1dTranspose`. */
export type Conv1DTransposeOptions = OptionsOf<typeof Conv1DTranspose>;
/**
 * A convolution turned round: y[i*s + a*d, f] += sum over c of x[i,c] kernel[a,f,c]; then bias and activation. See {@link
 * Conv1DTranspose}.
 */
export const conv1dTranspose = (options: Conv1DTransposeOptions): Conv1DTranspose => new Conv1DTranspose(options);
