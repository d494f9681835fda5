import { checkInteger, show } from "../../base/check.js";
import type { Option } from "../../base/options.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recordable, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { viewed } from "../merging/merge.js";

type Bound = number | null;
/** From begin to end, without it, in steps; null for the end of the axis in the direction of the step. */
type Range = readonly [begin: Bound, end: Bound] | readonly [begin: Bound, end: Bound, step: Bound];
/** What is taken along an axis: all, one index, whose axis goes, or a range; a new axis; or all of the axes that are left. */
type At = null | number | Range | "newaxis" | "...";

function at(): Option<readonly At[]> {
  const bound = (where: string, value: unknown) =>
    value === null ? null : checkInteger(where, value, Number.MIN_SAFE_INTEGER);
  const one = (where: string, value: unknown): At => {
    if (value === "newaxis" || value === "...") return value;
    if (!Array.isArray(value)) return bound(where, value);
    if (value.length !== 2 && value.length !== 3) {
      throw new RangeError(`${where}: expected [begin, end] or [begin, end, step], got ${show(value)}`);
    }
    const [begin, end, step = null] = value.map((each, i) => bound(`${where}[${i}]`, each));
    if (step === 0) throw new RangeError(`${where}: expected a step other than 0, got 0`);
    return [begin!, end!, step];
  };
  return {
    check(where, value) {
      if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array, got ${show(value)}`);
      const list = value.map((each, i) => one(`${where}[${i}]`, each));
      if (list.filter((each) => each === "...").length < 2) return list;
      throw new RangeError(`${where}: expected "..." once at most, got ${show(value)}`);
    },
  };
}

/** Indices begin, begin + step, ... of an axis. */
interface Cut {
  readonly axis: number;
  readonly begin: number;
  readonly step: number;
  readonly count: number;
}

/**
 * A part of each sample, as `x[:, ...]` in Keras. Shapes: axes with one index go, new ones are 1, of the others as much stays as is
 * taken.
 */
export class Slice extends defineLayer("Slice", {
  /**
   * For each axis of a sample, the batch left out: null for all of it, an index, or [begin, end] and maybe a step; negative ones count
   * from the end. "newaxis" puts an axis in between, "..." stands for all of the axes that are not named.
   */
  at: at(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return this.#taken(input!).shape;
  }

  #taken(input: Shape): { readonly cuts: readonly Cut[]; readonly shape: Shape } {
    const named = this.at.filter((each) => each !== "newaxis" && each !== "...").length;
    if (named > input.length) this.#refuse(input);
    const rest = new Array<null>(input.length - named).fill(null);
    const list = this.at.includes("...") ? this.at : [...this.at, "..." as const];
    const cuts: Cut[] = [];
    const shape: number[] = [];
    let axis = 0;
    for (const each of list.flatMap((one) => (one === "..." ? rest : [one]))) {
      if (each === "newaxis") {
        shape.push(1);
        continue;
      }
      const size = input[axis]!;
      if (typeof each === "number") {
        const index = each < 0 ? each + size : each;
        if (index < 0 || index >= size) this.#refuse(input);
        cuts.push({ axis, begin: index, step: 1, count: 1 });
      } else {
        const cut = { axis, ...rangeOf(each, size) };
        if (cut.count === 0) this.#refuse(input);
        if (cut.step !== 1 || cut.count !== size) cuts.push(cut);
        shape.push(cut.count);
      }
      axis++;
    }
    return { cuts, shape };
  }

  #refuse(input: Shape): never {
    throw new RangeError(`expected an input that has something at ${show(this.at)}, got ${formatShape(input)}`);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { cuts, shape } = this.#taken(x!.shape);
    const y = cuts.reduce((from, cut) => program.apply(part(cut), [from], [])[0]!, x!);
    return { outputs: [viewed(program, y, shape)] };
  }
}

/** As Python's slices. */
function rangeOf(range: Range | null, size: number): Omit<Cut, "axis"> {
  const [from, to, by] = range ?? [null, null, null];
  const step = by ?? 1;
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const bounded = (index: Bound, none: number) =>
    index === null ? none : Math.min(most, Math.max(least, index < 0 ? index + size : index));
  const begin = bounded(from, step > 0 ? least : most);
  const end = bounded(to, step > 0 ? most : least);
  return { begin, step, count: Math.max(0, Math.ceil((end - begin) / step)) };
}

function part({ axis, begin, step, count }: Cut): Recordable {
  return {
    name: "slice",
    record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
      const { shape } = x!;
      const sizes = [
        sizeOf(shape.slice(0, axis)),
        shape[axis]!,
        sizeOf(shape.slice(axis + 1)),
        begin,
        step,
        count,
      ] as const;
      const y = program.region(shape.with(axis, count));
      program.call(operators, "sliceForward", y, x!, ...sizes);
      return {
        outputs: [y],
        backward([dy]) {
          if (!x!.wantsGradient) return [undefined];
          const dx = program.region(shape);
          program.call(operators, "sliceBackward", dx, dy!, ...sizes);
          return [dx];
        },
      };
    },
  };
}

/** Options of `slice`. */
export type SliceOptions = OptionsOf<typeof Slice>;
/** A part of each sample, as `x[:, ...]` in Keras. See {@link Slice}. */
export const slice = (options: SliceOptions): Slice => new Slice(options);
