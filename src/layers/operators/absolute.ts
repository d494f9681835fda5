import { elementwise } from "../../activations/define.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = |x|; no gradient at 0. Shapes: any, unchanged. Keras' `ops.absolute`. */
export class Absolute extends defineLayer("Absolute", {}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return elementwise(operators, "absolute", "x").record(program, x!);
  }
}

/** Options of `absolute`. */
export type AbsoluteOptions = OptionsOf<typeof Absolute>;
/** y = |x|; no gradient at 0. See {@link Absolute}. */
export const absolute = (options?: AbsoluteOptions): Absolute => new Absolute(options);
