import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, mergePairs, sum } from "./merge.js";

/**
 * y = a + b + ..., of one input or more. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front.
 */
export class Add extends defineLayer("Add", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    return { outputs: [mergePairs(program, inputs, sum)] };
  }
}

/** Options of `add`. */
export type AddOptions = OptionsOf<typeof Add>;
/** y = a + b + ..., of one input or more. See {@link Add}. */
export const add = (options?: AddOptions): Add => new Add(options);
