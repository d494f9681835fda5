import { checkInteger, show } from "../../base/check.js";
import type { Option } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** Sizes, one of which may be -1: what is left. */
function sizes(): Option<readonly number[]> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array of sizes, got ${show(value)}`);
      const shape = value.map((size, i) => (size === -1 ? -1 : checkInteger(`${where}[${i}]`, size, 1)));
      if (shape.filter((size) => size === -1).length < 2) return shape;
      throw new RangeError(`${where}: expected -1 once at most, got ${show(value)}`);
    },
    write: (value) => [...value],
  };
}

/** The elements of a sample under another shape, in the order they lie in memory. Moves nothing. */
export class Reshape extends defineLayer("Reshape", {
  /** Without the batch axis; one size may be -1, which stands for what is left. */
  targetShape: sizes(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    const size = sizeOf(input!);
    const known = sizeOf(this.targetShape.filter((each) => each > 0));
    const shape = this.targetShape.map((each) => (each > 0 ? each : size / known));
    if (sizeOf(shape) !== size && !Number.isNaN(size)) this.#refuse(input!);
    if (shape.some((each) => !Number.isNaN(each) && !Number.isInteger(each))) this.#refuse(input!);
    return shape;
  }

  #refuse(input: Shape): never {
    const target = formatShape(this.targetShape);
    throw new RangeError(`expected an input with as many elements as ${target} asks for, got ${formatShape(input)}`);
  }

  record(_program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const shape = this.outputShape([x!.shape]);
    return { outputs: [x!.view(shape)], backward: ([dy]) => [dy!.view(x!.shape)] };
  }
}

/** Options of `reshape`. */
export type ReshapeOptions = OptionsOf<typeof Reshape>;
/** The elements of a sample under another shape, in the order they lie in memory. See {@link Reshape}. */
export const reshape = (options: ReshapeOptions): Reshape => new Reshape(options);
