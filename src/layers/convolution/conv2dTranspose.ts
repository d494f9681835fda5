import { linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { choice, integer, nullable, optional, pair } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { spread } from "../base/slide.js";
import { activityOptions, biasOptions, biasSpec, kernelOptions, weightSpec } from "../base/weightOptions.js";
import { checkDilation } from "./convolution.js";
import { checkOutputPadding, recordTransposedConvolution } from "./transposedConvolution.js";

/**
 * A convolution turned round: each x[i,j] adds its multiple of the kernel to y, from (i*s, j*s) on:
 * y[i*s + a*d, j*s + b*d, f] += sum over c of x[i,j,c] kernel[a,b,f,c]; then bias and activation.
 * Shapes: (H, W, C) to (H', W', filters); kernel (kh, kw, filters, C), bias (filters). With reach = (k - 1) * dilation + 1:
 * H' = (H - 1) * stride + max(reach, stride) for "valid", H * stride for "same" (cropped evenly on both sides, an odd rest at the end);
 * with an output padding p (H - 1) * stride + reach + p and (H - 1) * stride + reach % 2 + p.
 */
export class Conv2DTranspose extends defineLayer(
  "Conv2DTranspose",
  {
    /** Channels of the output. */
    filters: integer(1),
    /** One integer or (height, width). */
    kernelSize: pair(1),
    /** How far apart the inputs' patches lie in the output. Default 1. */
    strides: optional(pair(1), [1, 1]),
    /** Default "valid". */
    padding: optional(choice("valid", "same"), "valid"),
    /** What the output is larger than it has to be, less than the strides. Default null: see the shapes. */
    outputPadding: optional(nullable(pair(0)), null),
    /** Default 1. Cannot be more than 1 together with strides of more than 1. */
    dilationRate: optional(pair(1), [1, 1]),
    /** Default "linear". */
    activation: optional(activation(), linear),
    ...kernelOptions,
    ...biasOptions,
    ...activityOptions,
  },
  { data_format: "channels_last" },
) {
  protected override validate(): void {
    checkDilation("conv2dTranspose", this.strides, this.dilationRate);
    checkOutputPadding("conv2dTranspose", this.outputPadding, this.strides);
  }

  #axes(input: Shape) {
    const { kernelSize, strides, dilationRate, padding, outputPadding } = this;
    const axis = (i: 0 | 1) =>
      spread(input[i]!, kernelSize[i], strides[i], dilationRate[i], padding, outputPadding?.[i] ?? null);
    return [axis(0), axis(1)] as const;
  }

  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== 3) {
      throw new RangeError(`expected an input of shape (height, width, channels), got ${formatShape(input!)}`);
    }
    return activatedShape(this, this.#convolvedShape(input!));
  }

  /** Before the activation. */
  #convolvedShape(input: Shape): Shape {
    const [rows, columns] = this.#axes(input);
    return [rows.output, columns.output, this.filters];
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [...this.kernelSize, this.filters, input![2]!];
    return [weightSpec(this, "kernel", shape), ...biasSpec(this, this.filters)];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const [x] = inputs;
    const [kernel, bias] = weights;
    const { kernelSize, strides, dilationRate } = this;
    const before = recordTransposedConvolution(program, {
      ...{ x: x!, axes: this.#axes(x!.shape), kernel: kernel!, bias, kernelSize, strides, dilationRate },
      outputShape: this.#convolvedShape(x!.shape),
    });
    return recordActivation(program, this, before, inputs, weights);
  }
}

/** Options of `conv2dTranspose`. */
export type Conv2DTransposeOptions = OptionsOf<typeof Conv2DTranspose>;
/**
 * A convolution turned round: each x[i,j] adds its multiple of the kernel to y, from (i*s, j*s) on: y[i*s + a*d, j*s + b*d, f] +=
 * sum over c of x[i,j,c] kernel[a,b,f,c]; then bias and activation. See {@link Conv2DTranspose}.
 */
export const conv2dTranspose = (options: Conv2DTransposeOptions): Conv2DTranspose => new Conv2DTranspose(options);
