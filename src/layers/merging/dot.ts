import { checkInteger } from "../../base/check.js";
import { boolean, type Option, optional } from "../../base/options.js";
import { dot as pack } from "../../engine/kernels/packs/dot.generated.js";
import type { ProgramBuilder, Recordable, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import { sampleAxis } from "../base/axis.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { recordPermute } from "../base/recordPermute.js";
import { productScratch } from "../base/scratch.js";

type Axes = number | readonly [number, number];

/** One axis for both tensors, or one for each. */
function axes(): Option<Axes> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) return checkInteger(where, value, -8, 8);
      if (value.length !== 2) throw new RangeError(`${where}: expected one axis or two, got ${value.length}`);
      return [checkInteger(`${where}[0]`, value[0], -8, 8), checkInteger(`${where}[1]`, value[1], -8, 8)];
    },
  };
}

/** Sizes before an axis, along it, and after it. */
type Split = readonly [outer: number, size: number, inner: number];

function splitAt(shape: Shape, axis: number): Split {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))];
}

/**
 * z[i..., j...] = sum over k of a[i..., k, ...] b[j..., k, ...], of two inputs, along one axis of each. Shapes: the axes of a and b
 * without those; (1) if none is left.
 */
export class Dot extends defineLayer("Dot", {
  /** The axis of both, or (that of a, that of b); counts the batch as 0, so that the first axis of a sample is 1. */
  axes: axes(),
  /** Default false. True: both are divided by their Euclidean norms along the axis, so that the result is a cosine. */
  normalize: optional(boolean(), false),
}) {
  /** Of samples, from 0 on. */
  #axesOf(inputs: readonly Shape[]): readonly [number, number] {
    const given = typeof this.axes === "number" ? [this.axes, this.axes] : this.axes;
    return [sampleAxis("axes", given[0]!, inputs[0]!), sampleAxis("axes", given[1]!, inputs[1]!)];
  }

  outputShape(inputs: readonly Shape[]): Shape {
    if (inputs.length !== 2) throw new RangeError(`expected two inputs, got ${inputs.length}`);
    const [a, b] = inputs as [Shape, Shape];
    const [i, j] = this.#axesOf(inputs);
    if (a[i]! < b[j]! || a[i]! > b[j]!) {
      const shapes = inputs.map(formatShape).join(" and ");
      throw new RangeError(`expected equal sizes along axes ${i + 1} and ${j + 1}, got ${shapes}`);
    }
    const shape = [...a.toSpliced(i, 1), ...b.toSpliced(j, 1)];
    return shape.length > 0 ? shape : [1];
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    const shapes = inputs.map(({ shape }) => shape);
    const axes = this.#axesOf(shapes);
    const splits = axes.map((axis, i) => splitAt(shapes[i]!, axis));
    const factors = inputs.map((x, i) => {
      const factor = this.normalize ? program.apply(l2Normalize(splits[i]!), [x], [])[0]! : x;
      return asMatrix(program, factor, axes[i]!, splits[i]!);
    });
    const [a, b] = factors as [Matrix, Matrix];
    return { outputs: program.apply(product(a, b, this.outputShape(shapes)), [a.values, b.values], []) };
  }
}

/** A factor as a matrix: (rows, size) or, `isTurned`, (size, rows). */
interface Matrix {
  readonly values: Region;
  readonly rows: number;
  readonly size: number;
  readonly isTurned: boolean;
}

/** An axis in the middle is brought to the end. */
function asMatrix(program: ProgramBuilder, x: Region, axis: number, [outer, size, inner]: Split): Matrix {
  const isMiddle = outer > 1 && inner > 1;
  const order = [...x.shape.keys()].filter((each) => each !== axis);
  const move = { name: "permute", record: () => recordPermute(program, x, [...order, axis]) };
  const [values] = isMiddle ? program.apply(move, [x], []) : [x];
  return { values: values!, rows: outer * inner, size, isTurned: inner > 1 && !isMiddle };
}

/** z = a b', and both gradients: each is a product of the other two, written as its matrix lies. */
function product(a: Matrix, b: Matrix, shape: Shape): Recordable {
  const [m, k, n] = [a.rows, a.size, b.rows];
  return {
    name: "dot",
    record(program: ProgramBuilder, [x, y]: readonly Region[]): Recorded {
      const z = program.region(shape);
      multiply(z, x!, y!, [m, k, n], a.isTurned, !b.isTurned);
      return {
        outputs: [z],
        backward([dz]) {
          const dx = x!.wantsGradient ? program.region(x!.shape) : undefined;
          const dy = y!.wantsGradient ? program.region(y!.shape) : undefined;
          if (dx && a.isTurned) multiply(dx, y!, dz!, [k, n, m], !b.isTurned, true);
          else if (dx) multiply(dx, dz!, y!, [m, n, k], false, b.isTurned);
          if (dy && b.isTurned) multiply(dy, x!, dz!, [k, m, n], !a.isTurned, false);
          else if (dy) multiply(dy, dz!, x!, [n, m, k], true, a.isTurned);
          return [dx, dy];
        },
      };

      /** z = x y, of (m, k) and (k, n), those that are turned lying transposed. */
      function multiply(
        z: Region,
        x: Region,
        y: Region,
        [m, k, n]: readonly [number, number, number],
        isTurnedX: boolean,
        isTurnedY: boolean,
      ): void {
        const scratch = program.scratch(8 * Math.ceil(n / 8) * k + productScratch(k));
        program.call(pack, "dotProduct", z, x, y, scratch, m, k, n, Number(isTurnedX), Number(isTurnedY));
      }
    },
  };
}

function l2Normalize(split: Split): Recordable {
  return {
    name: "l2Normalize",
    record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
      const y = program.region(x!.shape);
      program.call(pack, "l2NormalizeForward", y, x!, ...split);
      return {
        outputs: [y],
        backward([dy]) {
          if (!x!.wantsGradient) return [undefined];
          const dx = program.region(x!.shape);
          program.call(pack, "l2NormalizeBackward", dx, dy!, y, x!, ...split);
          return [dx];
        },
      };
    },
  };
}

/** Options of `dot`. */
export type DotOptions = OptionsOf<typeof Dot>;
/**
 * z[i..., j...] = sum over k of a[i..., k, ...] b[j..., k, ...], of two inputs, along one axis of each. See {@link Dot}.
 */
export const dot = (options: DotOptions): Dot => new Dot(options);
