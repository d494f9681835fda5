import { permute } from "../../engine/kernels/packs/permute.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { type Shape, sizeOf } from "../../engine/program/shape.js";

const MAX_RUNS = 4;

/** Runs of axes that stay together, as one axis each, by their place in the input: size and elements to the next. */
function runsOf(shape: Shape, order: readonly number[]) {
  const runs: { size: number; stride: number; next: number }[] = [];
  for (const axis of order) {
    const last = runs.at(-1);
    const stride = sizeOf(shape.slice(axis + 1));
    if (last?.next === axis) Object.assign(last, { size: last.size * shape[axis]!, stride, next: axis + 1 });
    else runs.push({ size: shape[axis]!, stride, next: axis + 1 });
  }
  return runs;
}

/** How many runs of axes an order has. */
export function checkOrder(shape: Shape, order: readonly number[]): void {
  const runs = runsOf(shape, order).length;
  if (runs > MAX_RUNS)
    throw new RangeError(`expected an order that keeps all but ${MAX_RUNS} runs of axes together, got ${runs}`);
}

/** The axes of x in another order: axis i of the output is axis order[i] of x, the batch apart. */
export function recordPermute(program: ProgramBuilder, x: Region, order: readonly number[]): Recorded {
  const shape = order.map((axis) => x.shape[axis]!);
  const inverse = order.map((_, axis) => order.indexOf(axis));
  const move = (from: Region, to: Shape, by: readonly number[]) => {
    const runs = runsOf(from.shape, by);
    if (runs.length === 1) return from.view(to);
    while (runs.length < MAX_RUNS) runs.unshift({ size: 1, stride: 0, next: 0 });
    const [d0, d1, d2, d3, s0, s1, s2, s3] = [...runs.map(({ size }) => size), ...runs.map(({ stride }) => stride)];
    const y = program.region(to);
    y.wantsGradient = from.wantsGradient;
    program.call(permute, "permuteForward", y, from, d0!, d1!, d2!, d3!, s0!, s1!, s2!, s3!);
    return y;
  };
  return { outputs: [move(x, shape, order)], backward: ([dy]) => [move(dy!, x.shape, inverse)] };
}
