import { core } from "../../engine/kernels/packs/core.generated.js";
import { merging } from "../../engine/kernels/packs/merging.generated.js";
import type { ProgramBuilder, Recordable, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../../engine/program/shape.js";

/** Not needed where tensors of one shape are added. */

/**
 * The shape that inputs have together, as Keras: shorter ones get axes of size 1 in front, and an axis of size 1 fits any other.
 * @throws RangeError where they do not fit
 */
export function mergedShape(inputs: readonly Shape[]): Shape {
  return inputs.reduce((merged, input) => {
    const [long, short] = merged.length < input.length ? [input, merged] : [merged, input];
    const padded = paddedTo(short, long.length);
    return long.map((size, axis) => {
      const other = padded[axis]!;
      if (size === 1) return other;
      if (other === 1) return size;
      if (size < other || size > other) {
        throw new RangeError(
          `expected inputs of equal sizes, or of size 1, along each axis, got ${inputs.map(formatShape).join(" and ")}`,
        );
      }
      return Number.isNaN(size) ? size : other;
    });
  });
}

function paddedTo(shape: Shape, rank: number): Shape {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

/** Axes in a row along which a tensor is repeated: it is (outer, inner), the result (outer, repeat, inner). */
interface Repetition {
  readonly outer: number;
  readonly repeat: number;
  readonly inner: number;
}

/** The runs of axes along which `from` has size 1 and `to` has not, the last one first. */
function repetitions(from: Shape, to: Shape): Repetition[] {
  const padded = paddedTo(from, to.length);
  const runs: Repetition[] = [];
  for (let end = to.length; end > 0; end--) {
    if (padded[end - 1] === to[end - 1]) continue;
    let begin = end - 1;
    while (begin > 0 && padded[begin - 1] === 1) begin--;
    // After the runs that are done already, the axes after this one have their full size.
    runs.push({
      outer: sizeOf(padded.slice(0, begin)),
      repeat: sizeOf(to.slice(begin, end)),
      inner: sizeOf(to.slice(end)),
    });
    end = begin + 1;
  }
  return runs;
}

/** y of shape (outer, repeat, inner), x repeated. */
function repetition({ outer, repeat, inner }: Repetition): Recordable {
  return {
    name: "broadcast",
    record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
      const y = program.region([outer, repeat, inner]);
      program.call(merging, "broadcastForward", y, x!, outer, repeat, inner);
      return {
        outputs: [y],
        backward([dy]) {
          if (!x!.wantsGradient) return [undefined];
          const dx = program.region(x!.shape);
          program.call(merging, "broadcastBackward", dx, dy!, outer, repeat, inner);
          return [dx];
        },
      };
    },
  };
}

/** x under a shape that it is repeated to; itself if it has that shape. */
export function broadcastTo(program: ProgramBuilder, x: Region, shape: Shape): Region {
  let y = x;
  for (const run of repetitions(x.shape, shape)) [y] = program.apply(repetition(run), [y], []) as [Region];
  return sameShape(y.shape, shape) ? y : viewed(program, y, shape);
}

/** The same numbers under another shape, on the tape. */
export function viewed(program: ProgramBuilder, x: Region, shape: Shape): Region {
  const view: Recordable = {
    name: "view",
    record: (_, [x]) => ({ outputs: [x!.view(shape)], backward: ([dy]) => [dy!.view(x!.shape)] }),
  };
  return program.apply(view, [x], [])[0]!;
}

/** A function of two tensors of one shape. */
export interface Pairwise {
  readonly name: string;
  forward(program: ProgramBuilder, y: Region, a: Region, b: Region): void;
  backward(program: ProgramBuilder, dy: Region, a: Region, b: Region): readonly Region[];
}

function recordable({ name, forward, backward }: Pairwise): Recordable {
  return {
    name,
    record(program: ProgramBuilder, [a, b]: readonly Region[]): Recorded {
      const y = program.region(a!.shape);
      forward(program, y, a!, b!);
      return { outputs: [y], backward: ([dy]) => backward(program, dy!, a!, b!) };
    },
  };
}

/** The inputs one after the other: f(f(a, b), c). What is smaller is repeated. */
export function mergePairs(program: ProgramBuilder, inputs: readonly Region[], pairwise: Pairwise): Region {
  const step = recordable(pairwise);
  return inputs.reduce((a, b) => {
    const shape = mergedShape([a.shape, b.shape]);
    return program.apply(step, [broadcastTo(program, a, shape), broadcastTo(program, b, shape)], [])[0]!;
  });
}

/** y = a + b */
export const sum: Pairwise = {
  name: "add",
  forward: (program, y, a, b) => program.call(core, "addForward", y, a, b, y.size),
  backward: (_, dy) => [dy, dy],
};

/** y = x factor */
export function scaled(program: ProgramBuilder, x: Region, factor: number): Region {
  const y = program.region(x.shape);
  program.call(core, "scaleForward", y, x, factor, x.size);
  return y;
}

/** x times what is smaller: as one kernel where the smaller one is repeated along one run of axes. */
export function multiplied(program: ProgramBuilder, x: Region, by: Region): Region {
  const shape = mergedShape([x.shape, by.shape]);
  const [large, small] = sameShape(x.shape, shape) ? [x, by] : [by, x];
  const runs = repetitions(small.shape, shape);
  if (!sameShape(large.shape, shape) || runs.length > 1) {
    return multiplied(program, broadcastTo(program, x, shape), broadcastTo(program, by, shape));
  }
  const run = runs[0] ?? { outer: 1, repeat: 1, inner: large.size };
  return program.apply(product(run), [large, small], [])[0]!;
}

function product({ outer, repeat, inner }: Repetition): Recordable {
  return {
    name: "multiply",
    record(program: ProgramBuilder, [a, b]: readonly Region[]): Recorded {
      const y = program.region(a!.shape);
      const multiply = (result: Region, one: Region, other: Region) =>
        program.call(merging, "multiplyForward", result, one, other, outer, repeat, inner);
      multiply(y, a!, b!);
      return {
        outputs: [y],
        backward([dy]) {
          const da = a!.wantsGradient ? program.region(a!.shape) : undefined;
          if (da) multiply(da, dy!, b!);
          if (!b!.wantsGradient) return [da, undefined];
          const products = program.region(a!.shape);
          program.call(merging, "multiplyForward", products, dy!, a!, 1, 1, products.size);
          if (sameShape(a!.shape, b!.shape)) return [da, products];
          const db = program.region(b!.shape);
          program.call(merging, "broadcastBackward", db, products, outer, repeat, inner);
          return [da, db];
        },
      };
    },
  };
}
