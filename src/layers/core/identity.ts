import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** y = x. Shapes: any, unchanged. */
export class Identity extends defineLayer("Identity", {}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(_program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    return { outputs: [x!.view(x!.shape)], backward: ([dy]) => [dy!] };
  }
}

/** Options of `identity`. */
export type IdentityOptions = OptionsOf<typeof Identity>;
/** y = x. See {@link Identity}. */
export const identity = (options?: IdentityOptions): Identity => new Identity(options);
