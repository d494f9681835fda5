import { integer, optional } from "../../base/options.js";
import { merging } from "../../engine/kernels/packs/merging.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { formatShape, type Shape, sizeOf } from "../../engine/program/shape.js";
import { sampleAxis } from "../base/axis.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/** The inputs side by side along one axis. Shapes: equal, but for that axis; its sizes are added. */
export class Concatenate extends defineLayer("Concatenate", {
  /** Counts the batch as 0, so that the first axis of a sample is 1. Default -1, the last one. */
  axis: optional(integer(-8, 8), -1),
}) {
  outputShape(inputs: readonly Shape[]): Shape {
    const [first, ...others] = inputs as readonly [Shape, ...Shape[]];
    const axis = sampleAxis("axis", this.axis, first);
    for (const other of others) {
      const fits = other.length === first.length && other.every((size, i) => i === axis || !differ(size, first[i]!));
      if (!fits) {
        const shapes = inputs.map(formatShape).join(" and ");
        throw new RangeError(`expected inputs of equal shapes, but for axis ${axis + 1}, got ${shapes}`);
      }
    }
    return first.with(
      axis,
      inputs.reduce((sum, input) => sum + input[axis]!, 0),
    );
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    const shape = this.outputShape(inputs.map((input) => input.shape));
    const axis = sampleAxis("axis", this.axis, shape);
    const rows = sizeOf(shape.slice(0, axis));
    const stride = sizeOf(shape.slice(axis));
    const y = program.region(shape);
    let offset = 0;
    const parts = inputs.map((x) => {
      const columns = x.size / rows;
      const part = { x, layout: [rows, columns, stride, offset] as const };
      program.call(merging, "concatenateForward", y, x, ...part.layout);
      offset += columns;
      return part;
    });
    return {
      outputs: [y],
      backward: ([dy]) =>
        parts.map(({ x, layout }) => {
          if (!x.wantsGradient) return undefined;
          const dx = program.region(x.shape);
          program.call(merging, "concatenateBackward", dx, dy!, ...layout);
          return dx;
        }),
    };
  }
}

/** Not for sizes that are open. */
function differ(a: number, b: number): boolean {
  return a < b || a > b;
}

/** Options of `concatenate`. */
export type ConcatenateOptions = OptionsOf<typeof Concatenate>;
/** The inputs side by side along one axis. See {@link Concatenate}. */
export const concatenate = (options?: ConcatenateOptions): Concatenate => new Concatenate(options);
