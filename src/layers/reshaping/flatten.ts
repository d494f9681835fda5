import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { type Shape, sizeOf } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** The elements of a sample in one row, in the order they lie in memory: (H, W, C) becomes (H * W * C). Moves nothing. */
export class Flatten extends defineLayer("Flatten", {}, { data_format: "channels_last" }) {
  outputShape([input]: readonly Shape[]): Shape {
    return [sizeOf(input!)];
  }

  record(_program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return { outputs: [x!.view([x!.size])], backward: ([dy]) => [dy!.view(x!.shape)] };
  }
}

/** Options of `flatten`. */
export type FlattenOptions = OptionsOf<typeof Flatten>;
/**
 * The elements of a sample in one row, in the order they lie in memory: (H, W, C) becomes (H * W * C). See {@link Flatten}.
 */
export const flatten = (options?: FlattenOptions): Flatten => new Flatten(options);
