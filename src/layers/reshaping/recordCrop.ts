import { pad2d } from "../../engine/kernels/packs/pad2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";

/** Records the part of x, (height, width, channels), that begins at (top, left). */
export function recordCrop(
  program: ProgramBuilder,
  x: Region,
  { top, left, height, width }: { readonly top: number; readonly left: number; height: number; width: number },
): Recorded {
  const [rows, columns, channels] = x.shape as readonly [number, number, number];
  if (height === rows && width === columns) return { outputs: [x], backward: (dys) => dys };
  const y = program.region([height, width, channels]);
  y.wantsGradient = x.wantsGradient;
  const dims = [height, width, channels, rows, columns, top, left] as const;
  // To take a part out is what padding does with gradients.
  program.call(pad2d, "pad2dBackward", y, x, ...dims);
  return {
    outputs: [y],
    backward([dy]) {
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(pad2d, "pad2dForward", dx, dy!, ...dims);
      return [dx];
    },
  };
}
