import { merging } from "../../engine/kernels/packs/merging.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, mergePairs, type Pairwise } from "./merge.js";

const maximumOf: Pairwise = {
  name: "maximum",
  forward: (program, y, a, b) => program.call(merging, "maximumForward", y, a, b, y.size),
  backward(program, dy, a, b) {
    const gradients = [program.region(a.shape), program.region(b.shape)] as const;
    program.call(merging, "maximumBackward", ...gradients, dy, a, b, dy.size);
    return gradients;
  },
};

/**
 * y = the greatest of the inputs, one or more. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front. Of equal numbers the first gets the gradient.
 */
export class Maximum extends defineLayer("Maximum", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    return { outputs: [mergePairs(program, inputs, maximumOf)] };
  }
}

/** Options of `maximum`. */
export type MaximumOptions = OptionsOf<typeof Maximum>;
/** y = the greatest of the inputs, one or more. See {@link Maximum}. */
export const maximum = (options?: MaximumOptions): Maximum => new Maximum(options);
