import { boundedRelu } from "../../activations/rectifiers.js";
import { alias, number, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = x where x > 0, else negativeSlope x. Shapes: any, unchanged. */
export class LeakyReLU extends defineLayer("LeakyReLU", {
  /** Default 0.3. (The activation leaky_relu has 0.2.) */
  negativeSlope: optional(alias(number(0), "alpha"), 0.3),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return boundedRelu(this.negativeSlope, 0, Number.POSITIVE_INFINITY).record(program, x!);
  }
}

/** Options of `leakyRelu`. */
export type LeakyReLUOptions = OptionsOf<typeof LeakyReLU>;
/** y = x where x > 0, else negativeSlope x. See {@link LeakyReLU}. */
export const leakyRelu = (options?: LeakyReLUOptions): LeakyReLU => new LeakyReLU(options);
