import { integer, number } from "../../base/options.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { Constant } from "../../initializers/constant.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/**
 * y = gamma x, with a learnt factor for each index of the last axis: what ConvNeXt ends its blocks with. Shapes: (..., projectionDim),
 * unchanged; gamma (projectionDim).
 */
export class LayerScale extends defineLayer("LayerScale", {
  /** What gamma begins with. */
  initValues: number(),
  /** Size of the last axis. */
  projectionDim: integer(1),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    if (input!.at(-1) === this.projectionDim) return input!;
    throw new RangeError(
      `expected an input whose last axis has ${this.projectionDim} indices, got ${formatShape(input!)}`,
    );
  }

  override weightSpecs(): readonly WeightSpec[] {
    return [{ name: "gamma", shape: [this.projectionDim], initializer: new Constant({ value: this.initValues }) }];
  }

  record(program: ProgramBuilder, [x]: readonly Region[], [gamma]: readonly Weight[]): Recorded {
    const n = this.projectionDim;
    const sizes = [x!.size / n, n] as const;
    const scaled = (from: Region) => {
      const to = program.region(x!.shape);
      program.call(operators, "layerScaleForward", to, from, gamma!.value, ...sizes);
      return to;
    };
    return {
      outputs: [scaled(x!)],
      backward([dy]) {
        if (gamma!.trainable) program.call(operators, "layerScaleBackwardGammaAdd", gamma!.gradient, dy!, x!, ...sizes);
        return [x!.wantsGradient ? scaled(dy!) : undefined];
      },
    };
  }
}

/** Options of `layerScale`. */
export type LayerScaleOptions = OptionsOf<typeof LayerScale>;
/** y = gamma x, with a learnt factor for each index of the last axis: what ConvNeXt ends its blocks with. See {@link LayerScale}. */
export const layerScale = (options: LayerScaleOptions): LayerScale => new LayerScale(options);
