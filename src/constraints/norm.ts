import { checkInteger } from "../base/check.js";
import { type Option, optional } from "../base/options.js";
import { weightConstraint as pack } from "../engine/kernels/packs/weightConstraint.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import { formatShape, type Shape, sizeOf } from "../engine/program/shape.js";
import type { Weight } from "../engine/program/weight.js";

type Axes = number | readonly number[];

/** Over which axes norms are taken. Default 0. */
export function normAxes() {
  const option: Option<Axes> = {
    check(where, value) {
      if (!Array.isArray(value)) return checkInteger(where, value, -8, 8);
      return value.map((axis, i) => checkInteger(`${where}[${i}]`, axis, -8, 8));
    },
    write: (value) => (typeof value === "number" ? value : [...value]),
  };
  return optional(option, (): Axes => 0);
}

/**
 * The sizes (kept, reduced, kept, reduced, kept) of a weight with its adjacent axes of one kind taken together.
 * @throws RangeError for an axis that it has not
 */
function normSizes(where: string, shape: Shape, axis: Axes): readonly [number, number, number, number, number] {
  const axes = new Set([axis].flat().map((each) => (each < 0 ? each + shape.length : each)));
  for (const each of axes) {
    if (each >= 0 && each < shape.length) continue;
    throw new RangeError(
      `${where}.axis: expected axes of a weight of shape ${formatShape(shape)}, got ${[axis].flat()}`,
    );
  }
  const groups: number[][] = [[]];
  for (const [i, size] of shape.entries()) {
    // Even groups are kept, odd ones reduced.
    if ((groups.length % 2 === 0) !== axes.has(i)) groups.push([]);
    groups.at(-1)!.push(size);
  }
  if (groups.length > 5) {
    throw new RangeError(`${where}.axis: expected axes in at most two runs, got ${[axis].flat()}`);
  }
  const sizes = [0, 1, 2, 3, 4].map((i) => sizeOf(groups[i] ?? []));
  return sizes as unknown as readonly [number, number, number, number, number];
}

/** Records w *= (rate clip(norm, least, most) + (1 - rate) norm) / (1e-7 + norm), the norms over these axes. */
export function recordNorm(
  program: ProgramBuilder,
  { value, shape }: Weight,
  where: string,
  { axis, least, most, rate }: { axis: Axes; least: number; most: number; rate: number },
): void {
  program.callUpdateOnce(pack, "weightConstraintNorm", value, ...normSizes(where, shape, axis), least, most, rate);
}
