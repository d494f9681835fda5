import { integer } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordPermute } from "../base/recordPermute.js";

/** Places along each side of a block. */
export const blockSize = () => integer(2);

/** With the second and the third of the five axes that x is seen with in each other's place, seen as `shape`. */
export function recordSwap(program: ProgramBuilder, x: Region, parts: Shape, shape: Shape): Recorded {
  const { outputs, backward } = recordPermute(program, x.view(parts), [0, 2, 1, 3, 4]);
  return {
    outputs: [outputs[0]!.view(shape)],
    backward: ([dy]) => [x.wantsGradient ? backward!([dy!.view(outputs[0]!.shape)])[0]!.view(x.shape) : undefined],
  };
}
