import { affine } from "../../engine/kernels/packs/affine.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";

const FILL_MODES = { reflect: 0, constant: 1, wrap: 2, nearest: 3 };
/** Numbers of a map: see assembly/image/affine.ts. */
const MAP = 6;
/** Numbers that say what a pixel is made of: four offsets, four weights. */
const TAPS = 8;

interface Reading {
  readonly fillMode: keyof typeof FILL_MODES;
  readonly interpolation: "nearest" | "bilinear";
  readonly fillValue: number;
}

/**
 * Records images under affine maps.
 * @param record records what makes the maps, one for each sample
 */
export function recordAffine(
  program: ProgramBuilder,
  x: Region,
  { fillMode, interpolation, fillValue }: Reading,
  record: (maps: Region) => void,
): Recorded {
  const maps = program.region([MAP]);
  record(maps);
  const [height, width, channels] = x.shape as readonly [number, number, number];
  const isNearest = interpolation === "nearest" ? 1 : 0;
  const how = [maps, program.scratch(TAPS), height, width, channels, FILL_MODES[fillMode], isNearest] as const;
  const y = program.region(x.shape);
  program.call(affine, "affineForward", y, x, ...how, fillValue);
  return {
    outputs: [y],
    backward([dy]) {
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(affine, "affineBackward", dx, dy!, ...how);
      return [dx];
    },
  };
}
