import { checkInteger } from "../../base/check.js";
import { boolean, type Option, optional } from "../../base/options.js";
import { dot as pack } from "../../engine/kernels/packs/dot.generated.js";
import type { ProgramBuilder, Recordable, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import { sampleAxis } from "../base/axis.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

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
    const splits = this.#axesOf(shapes).map((axis, i) => splitAt(shapes[i]!, axis)) as [Split, Split];
    const factors = this.normalize ? inputs.map((x, i) => program.apply(l2Normalize(splits[i]!), [x], [])[0]!) : inputs;
    return { outputs: program.apply(contraction(splits, this.outputShape(shapes)), factors, []) };
  }
}

function contraction([[xOuter, k, xInner], [yOuter, , yInner]]: readonly [Split, Split], shape: Shape): Recordable {
  const sizes = [xOuter, xInner, yOuter, yInner, k] as const;
  return {
    name: "dot",
    record(program: ProgramBuilder, [a, b]: readonly Region[]): Recorded {
      const z = program.region(shape);
      program.call(pack, "dotForward", z, a!, b!, ...sizes);
      return {
        outputs: [z],
        backward([dz]) {
          const da = a!.wantsGradient ? program.region(a!.shape) : undefined;
          const db = b!.wantsGradient ? program.region(b!.shape) : undefined;
          if (da) program.call(pack, "dotBackward", da, dz!, b!, ...sizes);
          if (db) program.call(pack, "dotBackwardSecond", db, dz!, a!, ...sizes);
          return [da, db];
        },
      };
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
