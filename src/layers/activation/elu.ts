import { elu as activation } from "../../activations/rectifiers.js";
import { number, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = x where x > 0, else alpha (e^x - 1). Shapes: any, unchanged. */
export class ELU extends defineLayer("ELU", {
  /** Default 1. */
  alpha: optional(number(), 1),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return activation({ alpha: this.alpha }).record(program, x!);
  }
}

/** Options of `elu`. */
export type ELUOptions = OptionsOf<typeof ELU>;
/** y = x where x > 0, else alpha (e^x - 1). See {@link ELU}. */
export const elu = (options?: ELUOptions): ELU => new ELU(options);
