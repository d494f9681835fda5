import type { Activation } from "../../activations/activation.js";
import { boundedRelu } from "../../activations/rectifiers.js";
import { relu as plain } from "../../activations/relu.js";
import { nullable, number, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = min(x, maxValue) where x > threshold, else negativeSlope (x - threshold). Shapes: any, unchanged. */
export class ReLU extends defineLayer("ReLU", {
  /** What y is at most. Default null: no bound. */
  maxValue: optional(nullable(number(0)), null),
  /** Default 0. */
  negativeSlope: optional(number(0), 0),
  /** Default 0. */
  threshold: optional(number(0), 0),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  override bounding(): Activation | undefined {
    if (this.negativeSlope !== 0 || this.threshold !== 0) return undefined;
    const { maxValue } = this;
    return maxValue === null ? plain : { name: "clip", bounds: [0, maxValue], ...boundedRelu(0, 0, maxValue) };
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { maxValue, negativeSlope, threshold } = this;
    if (maxValue === null && negativeSlope === 0 && threshold === 0) return plain.record(program, x!);
    return boundedRelu(negativeSlope, threshold, maxValue ?? Number.POSITIVE_INFINITY).record(program, x!);
  }
}

/** Options of `relu`. */
export type ReLUOptions = OptionsOf<typeof ReLU>;
/** y = min(x, maxValue) where x > threshold, else negativeSlope (x - threshold). See {@link ReLU}. */
export const relu = (options?: ReLUOptions): ReLU => new ReLU(options);
