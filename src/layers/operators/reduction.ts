import { boolean, choice, optional } from "../../base/options.js";
import { core } from "../../engine/kernels/packs/core.generated.js";
import { merging } from "../../engine/kernels/packs/merging.generated.js";
import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recordable, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import { type Shape, sizeOf } from "../../engine/program/shape.js";
import { axes, axesOf } from "../base/axes.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { viewed } from "../merging/merge.js";

/**
 * The sum, mean, greatest or least along some axes of a sample; equal extremes share the gradient. Shapes: those axes go, or are 1 with
 * keepdims. Keras' `ops.sum`, `mean`, `max`, `min`.
 */
export class Reduction extends defineLayer("Reduction", {
  /** What is computed. */
  operation: choice("sum", "mean", "max", "min"),
  /** One axis or several, which count the batch as 0, so that the first axis of a sample is 1. Default -1, the last one. */
  axis: optional(axes(), -1),
  /** Whether the axes stay, as 1. Default false. */
  keepdims: optional(boolean(), false),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    const reduced = axesOf(this.axis, input!);
    const shape = input!.map((size, axis) => (reduced.includes(axis) ? 1 : size));
    return this.keepdims ? shape : shape.filter((_, axis) => !reduced.includes(axis));
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    const reduced = axesOf(this.axis, x!.shape);
    // One run of axes after the other; sums and extremes of parts are those of the whole.
    let y = x!;
    for (let end = reduced.length; end > 0; ) {
      let begin = end - 1;
      while (begin > 0 && reduced[begin - 1] === reduced[begin]! - 1) begin--;
      y = program.apply(along(this.operation, reduced[begin]!, reduced[end - 1]! + 1), [y], [])[0]!;
      end = begin;
    }
    return { outputs: [viewed(program, y, this.outputShape([x!.shape]))] };
  }
}

/** Along the axes from `begin` to `end`, which stay as 1. */
function along(operation: Reduction["operation"], begin: number, end: number): Recordable {
  return {
    name: operation,
    record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
      const { shape } = x!;
      const n = sizeOf(shape.slice(begin, end));
      const sizes = [sizeOf(shape.slice(0, begin)), n, sizeOf(shape.slice(end))] as const;
      const reduced = shape.map((size, axis) => (axis >= begin && axis < end ? 1 : size));
      const y = program.region(reduced);
      if (operation === "max" || operation === "min") {
        program.call(operators, "extremeForward", y, x!, ...sizes, operation === "max" ? 1 : -1);
        return {
          outputs: [y],
          backward([dy]) {
            if (!x!.wantsGradient) return [undefined];
            const dx = program.region(shape);
            program.call(operators, "extremeBackward", dx, dy!, x!, y, ...sizes);
            return [dx];
          },
        };
      }
      const times = (values: Region) => {
        if (operation === "sum") return values;
        const scaled = program.region(reduced);
        program.call(core, "scaleForward", scaled, values, 1 / n, scaled.size);
        return scaled;
      };
      // To sum up is what repeating does with gradients.
      program.call(merging, "broadcastBackward", y, x!, ...sizes);
      return {
        outputs: [times(y)],
        backward([dy]) {
          if (!x!.wantsGradient) return [undefined];
          const dx = program.region(shape);
          program.call(merging, "broadcastForward", dx, times(dy!), ...sizes);
          return [dx];
        },
      };
    },
  };
}

/** Options of `reduction`. */
export type ReductionOptions = OptionsOf<typeof Reduction>;
/**
 * The sum, mean, greatest or least along some axes of a sample; equal extremes share the gradient. See {@link Reduction}.
 */
export const reduction = (options: ReductionOptions): Reduction => new Reduction(options);
