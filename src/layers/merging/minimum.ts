import { merging } from "../../engine/kernels/packs/merging.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, mergePairs, type Pairwise } from "./merge.js";

const minimumOf: Pairwise = {
  name: "minimum",
  forward: (program, y, a, b) => program.call(merging, "minimumForward", y, a, b, y.size),
  backward(program, dy, a, b) {
    const gradients = [program.region(a.shape), program.region(b.shape)] as const;
    program.call(merging, "minimumBackward", ...gradients, dy, a, b, dy.size);
    return gradients;
  },
};

/**
 * y = the least of the inputs, one or more. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front. Of equal numbers the first gets the gradient.
 */
export class Minimum extends defineLayer("Minimum", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    return { outputs: [mergePairs(program, inputs, minimumOf)] };
  }
}

/** Options of `minimum`. */
export type MinimumOptions = OptionsOf<typeof Minimum>;
/** y = the least of the inputs, one or more. See {@link Minimum}. */
export const minimum = (options?: MinimumOptions): Minimum => new Minimum(options);
