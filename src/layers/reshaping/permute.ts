import { checkInteger, show } from "../../base/check.js";
import type { Option } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { checkOrder, recordPermute } from "../base/recordPermute.js";

/** The numbers from 1 on in any order. */
function order(): Option<readonly number[]> {
  return {
    check(where, value) {
      if (!Array.isArray(value)) throw new TypeError(`${where}: expected an array of axes, got ${show(value)}`);
      const dims = value.map((axis, i) => checkInteger(`${where}[${i}]`, axis, 1));
      if (dims.length > 0 && new Set(dims).size === dims.length && Math.max(...dims) === dims.length) return dims;
      throw new RangeError(`${where}: expected the axes from 1 on, each once, got ${show(value)}`);
    },
    write: (value) => [...value],
  };
}

/** The axes in another order: axis i of the output is axis dims[i] of the input. Shapes: (2, 1) makes (A, B) to (B, A). */
export class Permute extends defineLayer("Permute", {
  /** All axes of a sample, counted from 1 on. */
  dims: order(),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length !== this.dims.length) {
      throw new RangeError(`expected an input of ${this.dims.length} axes, got ${formatShape(input!)}`);
    }
    checkOrder(input!, this.#order);
    return this.#order.map((axis) => input![axis]!);
  }

  get #order(): readonly number[] {
    return this.dims.map((axis) => axis - 1);
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { outputs, backward } = recordPermute(program, x!, this.#order);
    return { outputs, backward: (dys) => (x!.wantsGradient ? backward!(dys) : [undefined]) };
  }
}

/** Options of `permute`. */
export type PermuteOptions = OptionsOf<typeof Permute>;
/** The axes in another order: axis i of the output is axis dims[i] of the input. See {@link Permute}. */
export const permute = (options: PermuteOptions): Permute => new Permute(options);
