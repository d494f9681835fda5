import { type Activation, linear } from "../../activations/activation.js";
import { activatedShape, activation, recordActivation } from "../../activations/option.js";
import { integer, optional } from "../../base/options.js";
import { core } from "../../engine/kernels/packs/core.generated.js";
import { gemm } from "../../engine/kernels/packs/gemm.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { foldable, foldWeights, recordInTurn } from "../base/folding.js";
import { defineLayer, type Follower, type Fused, type OptionsOf } from "../base/layer.js";
import { productScratch } from "../base/scratch.js";
import { activityOptions, biasOptions, biasSpec, kernelOptions, weightSpec } from "../base/weightOptions.js";

/** y = activation(x kernel + bias). Shapes: (..., in) to (..., units); kernel (in, units), bias (units). */
export class Dense extends defineLayer("Dense", {
  /** Size of the output's last axis. */
  units: integer(1),
  /** Default "linear". */
  activation: optional(activation(), linear),
  ...kernelOptions,
  ...biasOptions,
  ...activityOptions,
}) {
  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length === 0)
      throw new RangeError(`expected an input of shape (..., features), got ${formatShape(input!)}`);
    return activatedShape(this, [...input!.slice(0, -1), this.units]);
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    return [weightSpec(this, "kernel", [input!.at(-1)!, this.units]), ...biasSpec(this, this.units)];
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
        const own = foldWeights(program, weights, normalization, this.units);
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
    const { units, name, activityRegularizer } = this;
    const [x] = inputs;
    const [w, b] = weights;
    const k = x!.shape.at(-1)!;
    const rows = x!.size / k;
    const z = program.region([...x!.shape.slice(0, -1), units]);
    const panels = program.prepare(w!, core, "panelsPack", Math.ceil(units / 8) * 8 * k, k, units);
    program.call(gemm, "gemmNN", z, x!, panels, b?.value ?? 0, program.scratch(productScratch(k)), rows, k, units);
    const linear: Recorded = {
      outputs: [z],
      backward([dz]) {
        if (w!.trainable) program.call(gemm, "gemmTNAdd", w!.gradient, x!, dz!, rows, k, units);
        if (b?.trainable) program.call(core, "biasBackwardAdd", b.gradient, dz!, rows, units);
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        const transposed = program.prepare(w!, core, "panelsPackTransposed", Math.ceil(k / 8) * 8 * units, units, k);
        program.call(gemm, "gemmNN", dx, dz!, transposed, 0, program.scratch(productScratch(units)), rows, units, k);
        return [dx];
      },
    };
    return recordActivation(program, { name, activation, activityRegularizer }, linear, inputs, weights);
  }
}

/** Options of `dense`. */
export type DenseOptions = OptionsOf<typeof Dense>;
/** y = activation(x kernel + bias). See {@link Dense}. */
export const dense = (options: DenseOptions): Dense => new Dense(options);
