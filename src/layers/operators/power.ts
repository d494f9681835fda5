import { elementwise } from "../../activations/define.js";
import { number } from "../../base/options.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/**
 * y = x^exponent: 2 squares, 0.5 is the square root, -1 the reciprocal. NaN below 0, unless the exponent is whole. Shapes: any,
 * unchanged. Keras' `ops.power` by a number.
 */
export class Power extends defineLayer("Power", {
  /** Any number. */
  exponent: number(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return elementwise(operators, "power", "x", [this.exponent]).record(program, x!);
  }
}

/** Options of `power`. */
export type PowerOptions = OptionsOf<typeof Power>;
/** y = x^exponent: 2 squares, 0.5 is the square root, -1 the reciprocal. See {@link Power}. */
export const power = (options: PowerOptions): Power => new Power(options);
