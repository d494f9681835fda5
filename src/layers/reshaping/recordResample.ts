import { resample } from "../../engine/kernels/packs/resample.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { sizeOf } from "../../engine/program/shape.js";

/** The numbers of assembly/shaping/resample.ts. */
const METHODS = { nearest: 0, bilinear: 1, bicubic: 2, lanczos3: 3, lanczos5: 5, area: 6, adaptive: 7 } as const;
/** How far a place sees. */
const RADIUS = { bilinear: 1, bicubic: 2, lanczos3: 3, lanczos5: 5 } as const;

/** How neighbours are weighed. */
export interface Neighbours {
  /** `adaptive`: means of windows that share the input out. */
  readonly method: keyof typeof METHODS;
  /** Whether a smaller output is smoothed. */
  readonly antialias: boolean;
}

export interface Resampling extends Neighbours {
  readonly height: number;
  readonly width: number;
}

/** How many neighbours an output has at most. */
function tapsOf(size: number, out: number, { method, antialias }: Neighbours): number {
  const scale = size / out;
  switch (method) {
    case "nearest":
      return 1;
    case "area":
    case "adaptive":
      return Math.min(Math.ceil(scale) + 1, size);
    default: {
      const reach = RADIUS[method] * (antialias ? Math.max(scale, 1) : 1);
      return Math.min(2 * Math.ceil(reach) + 1, size);
    }
  }
}

/** What `resampleTable` takes besides the table: for each output the first neighbour, then the weights of `taps` of them. */
export function tableOf(size: number, out: number, to: Neighbours) {
  const taps = tapsOf(size, out, to);
  const smooth = to.antialias ? Math.max(size / out, 1) : 0;
  return { taps, elements: out * (taps + 1), dims: [size, out, taps, METHODS[to.method], smooth] as const };
}

/** Records one axis at another size. */
function recordAxis(program: ProgramBuilder, x: Region, axis: 0 | 1, to: Resampling): Recorded {
  const size = x.shape[axis]!;
  const out = axis === 0 ? to.height : to.width;
  if (size === out) return { outputs: [x], backward: (dys) => dys };
  const { taps, elements, dims } = tableOf(size, out, to);
  const table = program.prepare([], resample, "resampleTable", elements, ...dims);
  const shape = x.shape.with(axis, out);
  const sizes = [sizeOf(shape.slice(0, axis)), size, out, sizeOf(shape.slice(axis + 1))] as const;
  const y = program.region(shape);
  y.wantsGradient = x.wantsGradient;
  program.call(resample, "resampleForward", y, x, table, taps, ...sizes);
  return {
    outputs: [y],
    backward([dy]) {
      if (!x.wantsGradient) return [undefined];
      const dx = program.region(x.shape);
      program.call(resample, "resampleBackward", dx, dy!, table, taps, ...sizes);
      return [dx];
    },
  };
}

/** Records x, (height, width, channels), at another size, one axis after the other: first the one that leaves less. */
export function recordResample(program: ProgramBuilder, x: Region, to: Resampling): Recorded {
  const [height, width] = x.shape as readonly [number, number, number];
  const order = to.height * width < height * to.width ? ([0, 1] as const) : ([1, 0] as const);
  const first = recordAxis(program, x, order[0], to);
  const second = recordAxis(program, first.outputs[0]!, order[1], to);
  return { outputs: second.outputs, backward: (dys) => first.backward!(second.backward!(dys)) };
}
