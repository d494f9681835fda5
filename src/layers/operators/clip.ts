import { elementwise } from "../../activations/define.js";
import { nullable, number, optional } from "../../base/options.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/**
 * y = x between min and max, else the nearer of them; the gradient goes through at the bounds, where that of relu ends. Shapes: any,
 * unchanged. Keras' `ops.clip`, and `ops.minimum` or `ops.maximum` with a number.
 */
export class Clip extends defineLayer("Clip", {
  /** What y is at least. Default null: no bound. */
  min: optional(nullable(number()), null),
  /** What y is at most. Default null: no bound. */
  max: optional(nullable(number()), null),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { min, max } = this;
    const bounds = [min ?? Number.NEGATIVE_INFINITY, max ?? Number.POSITIVE_INFINITY];
    return elementwise(operators, "limit", "x", bounds).record(program, x!);
  }
}

/** Options of `clip`. */
export type ClipOptions = OptionsOf<typeof Clip>;
/** y = x between min and max, else the nearer of them; the gradient goes through at the bounds, where that of relu ends. See {@link Clip}. */
export const clip = (options?: ClipOptions): Clip => new Clip(options);
