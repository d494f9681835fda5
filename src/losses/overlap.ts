import { checkInteger } from "../base/check.js";
import { nullable, type Option, optional } from "../base/options.js";
import { overlap as pack } from "../engine/kernels/packs/overlap.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../engine/program/shape.js";
import type { RecordedLoss } from "./loss.js";

type Axes = number | readonly number[];

/** The option of losses that are sums over some axes, the batch's counted as 0; null means all, that of the batch too. */
export function overlapAxis() {
  const option: Option<Axes> = {
    check(where, value) {
      if (!Array.isArray(value)) return checkInteger(where, value, -8, 8);
      return value.map((axis, i) => checkInteger(`${where}[${i}]`, axis, -8, 8));
    },
  };
  return optional(nullable(option), null);
}

/** How a sample divides into what is before, along and after the axes of the sums. */
interface Layout {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/** @throws RangeError for axes that are not side by side, and for the batch's beside others */
export function overlapLayout(where: string, axis: Axes | null, output: Shape): Layout {
  if (axis === null) return { outer: 1, n: sizeOf(output), inner: 1 };
  const rank = output.length + 1;
  const axes = [axis].flat().map((one) => (one < 0 ? one + rank : one) - 1);
  axes.sort((a, b) => a - b);
  const [first = 0] = axes;
  const fits = axes.length > 0 && axes.every((one, i) => one === first + i && one >= 0 && one < output.length);
  if (!fits) {
    throw new RangeError(
      `${where}: expected null or axes side by side, from 1 to ${output.length}, for outputs of shape ${formatShape(output)}, got ${axis}`,
    );
  }
  const end = first + axes.length;
  return {
    outer: sizeOf(output.slice(0, first)),
    n: sizeOf(output.slice(first, end)),
    inner: sizeOf(output.slice(end)),
  };
}

export interface Overlap {
  readonly layout: Layout;
  /** Whether the sums go over the batch too. */
  readonly whole: boolean;
  readonly alpha: number;
  readonly beta: number;
  readonly epsilon: number;
}

/** Records 1 - I / (I + alpha (T - I) + beta (P - I) + epsilon), with I, T and P the sums of t p, t and p. */
export function recordOverlap(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  { layout: { outer, n, inner }, whole, alpha, beta, epsilon }: Overlap,
): RecordedLoss {
  const groups = outer * inner;
  const numbers = [whole ? 1 : 0, alpha, beta, epsilon] as const;
  let sums = whole ? program.batchRegion([3]) : program.region([3 * groups]);
  program.call(pack, "overlapSums", sums, output, target, outer, n, inner);
  if (whole) {
    program.barrier();
    const all = program.allRows(sums);
    sums = program.scratch(3);
    program.call(pack, "overlapTotals", sums, all, program.step);
  }
  const values = program.batchRegion([1]);
  const per = weights === 0 ? 1 : weights.size;
  program.call(pack, "overlapForward", values, sums, weights, per, groups, ...numbers);
  return {
    values,
    backward() {
      const gradient = program.region(output.shape);
      const given = whole && weights !== 0 ? program.allRows(weights) : weights;
      const sizes = [outer, n, inner] as const;
      program.call(pack, "overlapBackward", gradient, target, sums, given, per, program.step, ...sizes, ...numbers);
      return { region: output, gradient };
    },
  };
}
