import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, multiplied } from "./merge.js";

/**
 * y = a b ..., of one input or more. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front. So (1, 1, C) scales the channels of (H, W, C).
 */
export class Multiply extends defineLayer("Multiply", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    return { outputs: [inputs.reduce((x, by) => multiplied(program, x, by))] };
  }
}

/** Options of `multiply`. */
export type MultiplyOptions = OptionsOf<typeof Multiply>;
/** y = a b ..., of one input or more. See {@link Multiply}. */
export const multiply = (options?: MultiplyOptions): Multiply => new Multiply(options);
