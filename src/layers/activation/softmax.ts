import { softmax as overLastAxis } from "../../activations/softmax.js";
import { checkInteger } from "../../base/check.js";
import { type Option, optional } from "../../base/options.js";
import { softmaxAxis as pack } from "../../engine/kernels/packs/softmaxAxis.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import { sampleAxis } from "../base/axis.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** An axis, or several. */
function axes(): Option<number | readonly number[]> {
  return {
    check: (where, value) =>
      Array.isArray(value)
        ? value.map((axis, i) => checkInteger(`${where}[${i}]`, axis, -8, 8))
        : checkInteger(where, value, -8, 8),
  };
}

/** y = e^x / (sum of e^x along an axis, or several). Shapes: any, unchanged. */
export class Softmax extends defineLayer("Softmax", {
  /** Counts the batch as 0, so that the first axis of a sample is 1; several have to be neighbours. Default -1, the last one. */
  axis: optional(axes(), -1),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    this.#range(input!);
    return input!;
  }

  /** The first of the axes, and the one after the last. */
  #range(shape: Shape): readonly [number, number] {
    const given = typeof this.axis === "number" ? [this.axis] : this.axis;
    const axes = given.map((axis) => sampleAxis("axis", axis, shape));
    const [begin, end] = [Math.min(...axes), Math.max(...axes) + 1];
    if (axes.length === 0 || new Set(axes).size !== axes.length || end - begin !== axes.length) {
      throw new RangeError(`expected axes that are neighbours, each once, got ${formatShape(given)}`);
    }
    return [begin, end];
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const { shape } = x!;
    const [begin, end] = this.#range(shape);
    if (begin === shape.length - 1) return overLastAxis.record(program, x!);
    const layout = [sizeOf(shape.slice(0, begin)), sizeOf(shape.slice(begin, end)), sizeOf(shape.slice(end))] as const;
    const y = program.region(shape);
    program.call(pack, "softmaxAxisForward", y, x!, ...layout);
    return {
      outputs: [y],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(shape);
        program.call(pack, "softmaxAxisBackward", dx, dy!, y, ...layout);
        return [dx];
      },
    };
  }
}

/** Options of `softmax`. */
export type SoftmaxOptions = OptionsOf<typeof Softmax>;
/** y = e^x / (sum of e^x along an axis, or several). See {@link Softmax}. */
export const softmax = (options?: SoftmaxOptions): Softmax => new Softmax(options);
