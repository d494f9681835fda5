import { elementwise } from "../../activations/define.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = ln x; -Infinity at 0, NaN below. Shapes: any, unchanged. Keras' `ops.log`. */
export class Log extends defineLayer("Log", {}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return elementwise(operators, "logarithm", "x").record(program, x!);
  }
}

/** Options of `log`. */
export type LogOptions = OptionsOf<typeof Log>;
/** y = ln x; -Infinity at 0, NaN below. See {@link Log}. */
export const log = (options?: LogOptions): Log => new Log(options);
