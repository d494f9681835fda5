import { Arena } from "./arena.js";
import { type Call, medians } from "./measure.js";
import { type ConvolutionShape, type DenseShape, seed } from "./shapes.js";

export interface KernelResult {
  readonly kernel: string;
  readonly shape: string;
  /** Microseconds a sample. */
  readonly microseconds: number;
  /** Billions of multiplies and adds a second, of those that a dense computation would do. */
  readonly gflops: number;
  /** Whether it really did them all: then it cannot pass the peak. */
  readonly dense: boolean;
  /** Largest difference from a plain f64 computation; undefined where there is no such check here (see test/kernels). */
  readonly error: number | undefined;
}

/** Samples in a shard, as the engine cuts them for this network. */
const SAMPLES = 3;
/** After max pooling and relu, about this share of a gradient is not zero. */
const SPARSE = 0.15;

/** A kernel on a shape, ready to be timed. */
interface Contender {
  readonly kernel: string;
  readonly shape: string;
  /** Of one sample. */
  readonly flops: number;
  readonly dense: boolean;
  readonly call: Call;
  readonly error?: number;
}

/**
 * @param between called before each shape
 * @param relaxed whether the relaxed kernels take turns with the default ones
 */
export async function benchKernels(runs: number, between: () => void, relaxed: boolean): Promise<KernelResult[]> {
  const arenas = [new Arena("release"), ...(relaxed ? [new Arena("relaxed")] : [])];
  const ofAll = (contendersOf: (arena: Arena) => Contender[]) => () =>
    arenas.flatMap((arena, build) => {
      arena.reset();
      const contenders = contendersOf(arena);
      // With one instruction for both, the peak of multiplications and additions is not theirs.
      return build === 0 ? contenders : contenders.map((c) => ({ ...c, kernel: `${c.kernel}, relaxed`, dense: false }));
    });
  const shapes = [
    ...seed.convolutions.map((shape) => ofAll((arena) => convolution(arena, shape))),
    ...seed.dense.map((shape) => ofAll((arena) => dense(arena, shape))),
  ];
  const results: KernelResult[] = [];
  for (const contendersOf of shapes) {
    between();
    const contenders = contendersOf();
    const times = await medians(
      contenders.map(({ call }) => call),
      runs,
    );
    for (const [i, { kernel, shape, flops, dense, error }] of contenders.entries()) {
      const milliseconds = times[i]! / SAMPLES;
      results.push({
        ...{ kernel, shape, dense, error },
        microseconds: milliseconds * 1e3,
        gflops: flops / milliseconds / 1e6,
      });
    }
  }
  return results;
}

function convolution(arena: Arena, shape: ConvolutionShape): Contender[] {
  const { height, width, channels, filters, kernel, pool } = shape;
  const { kernels } = arena;
  const [outHeight, outWidth] = [height - kernel + 1, width - kernel + 1];
  const positions = outHeight * outWidth;
  const run = kernel * channels;
  const k = kernel * run;
  const patch = kernel * Math.ceil(run / 4) * 4;
  const kept = pool > 1 ? SPARSE : 0.5;
  const x = arena.random(SAMPLES * height * width * channels);
  const y = arena.zeros(SAMPLES * positions * filters);
  const w = arena.random(k * filters);
  const bias = arena.random(filters);
  const panels = arena.zeros(k * Math.ceil(filters / 8) * 8);
  const transposed = arena.zeros(patch * filters);
  const dw = arena.zeros(k * filters);
  const dx = arena.zeros(SAMPLES * height * width * channels);
  const scratch = arena.zeros(
    filters * (patch + 1) + 2 * SAMPLES * positions * filters + height * width * (1 + 2 * filters),
  );
  const patches = arena.zeros(SAMPLES * positions * k);
  kernels.gemmPack!(panels, w, k, filters);
  kernels.conv2dTransposeKernel!(transposed, w, kernel, run, filters);
  const dims = [height, width, channels, outHeight, outWidth, filters, kernel, kernel, 1, 1];
  const im2col = [height, width, channels, outHeight, outWidth, kernel, kernel, 1, 1, 1, 1, 0, 0];
  const group = Math.min(SAMPLES, Math.max(1, Math.floor(2 ** 14 / (height * width * channels * 4))));
  const flops = 2 * positions * k * filters;
  const contender = (kernel: string, dense: boolean, call: Call) => ({ kernel, shape: shape.name, flops, dense, call });

  const forward = () => kernels.conv2dForward!(SAMPLES, y, x, panels, bias, ...dims);
  forward();
  const contenders: Contender[] = [
    { ...contender("conv2dForward", true, forward), error: convolutionError(arena, shape, { x, w, bias, y }) },
    contender("im2colForward + gemmNN", true, () => {
      kernels.im2colForward!(SAMPLES, patches, x, ...im2col);
      kernels.gemmNN!(SAMPLES, y, patches, panels, bias, positions, k, filters);
    }),
  ];
  for (const share of [1, kept]) {
    const dy = arena.random(SAMPLES * positions * filters, share);
    const what = share === 1 ? "" : ` (${share * 100} % non-zero)`;
    contenders.push(
      contender(`conv2dBackwardKernelAdd${what}`, share === 1, () =>
        kernels.conv2dBackwardKernelAdd!(SAMPLES, dw, dy, 0, x, scratch, group, ...dims),
      ),
    );
    // The first layer's input gradient is never computed.
    if (channels === 1) continue;
    contenders.push(
      contender(`conv2dBackwardInput${what}`, share === 1, () =>
        kernels.conv2dBackwardInput!(SAMPLES, dx, dy, 0, transposed, scratch, ...dims),
      ),
    );
  }
  return contenders;
}

function dense(arena: Arena, { name, inputs, units }: DenseShape): Contender[] {
  const { kernels } = arena;
  const x = arena.random(SAMPLES * inputs);
  const w = arena.random(inputs * units);
  const dy = arena.random(SAMPLES * units);
  const y = arena.zeros(SAMPLES * units);
  const dx = arena.zeros(SAMPLES * inputs);
  const panels = arena.zeros(inputs * Math.ceil(units / 8) * 8);
  const transposed = arena.zeros(units * Math.ceil(inputs / 8) * 8);
  kernels.gemmPack!(panels, w, inputs, units);
  kernels.gemmPackTransposed!(transposed, w, units, inputs);
  const shape = { shape: name, flops: 2 * inputs * units, dense: true };
  return [
    {
      ...shape,
      kernel: "gemmNN (forward)",
      call: () => kernels.gemmNN!(SAMPLES, y, x, panels, 0, 1, inputs, units),
    },
    {
      ...shape,
      kernel: "gemmNN (input gradient)",
      call: () => kernels.gemmNN!(SAMPLES, dx, dy, transposed, 0, 1, units, inputs),
    },
    {
      ...shape,
      kernel: "gemmTNAdd",
      call: () => kernels.gemmTNAdd!(SAMPLES, w, x, dy, 1, inputs, units),
    },
  ];
}

/** Largest difference of y, in the first sample, from the convolution computed in f64. */
function convolutionError(
  arena: Arena,
  { height, width, channels, filters, kernel }: ConvolutionShape,
  at: Record<"x" | "w" | "bias" | "y", number>,
): number {
  const [outHeight, outWidth] = [height - kernel + 1, width - kernel + 1];
  const x = arena.floats(at.x, height * width * channels);
  const w = arena.floats(at.w, kernel * kernel * channels * filters);
  const bias = arena.floats(at.bias, filters);
  const y = arena.floats(at.y, outHeight * outWidth * filters);
  return y.reduce((worst, value, index) => {
    const f = index % filters;
    const position = Math.floor(index / filters);
    const [i, j] = [Math.floor(position / outWidth), position % outWidth];
    let sum = bias[f]!;
    for (let a = 0; a < kernel; a++) {
      for (let b = 0; b < kernel * channels; b++) {
        sum += x[((i + a) * width + j) * channels + b]! * w[(a * kernel * channels + b) * filters + f]!;
      }
    }
    return Math.max(worst, Math.abs(value - sum));
  }, 0);
}
