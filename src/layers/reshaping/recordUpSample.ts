import { upSample2d } from "../../engine/kernels/packs/upSample2d.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";

/** Records x, (height, width, channels), with each pixel repeated. */
export function recordUpSample(program: ProgramBuilder, x: Region, size: readonly [number, number]): Recorded {
  const [height, width, channels] = x.shape as readonly [number, number, number];
  const y = program.region([height * size[0], width * size[1], channels]);
  const dims = [height, width, channels, ...size] as const;
  program.call(upSample2d, "upSample2dForward", y, x, ...dims);
  return {
    outputs: [y],
    backward([dy]) {
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(upSample2d, "upSample2dBackward", dx, dy!, ...dims);
      return [dx];
    },
  };
}
