import { merging } from "../../engine/kernels/packs/merging.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, mergePairs, type Pairwise, scaled } from "./merge.js";

const difference: Pairwise = {
  name: "subtract",
  forward: (program, y, a, b) => program.call(merging, "subtractForward", y, a, b, y.size),
  backward: (program, dy, _, b) => [dy, b.wantsGradient ? scaled(program, dy, -1) : dy],
};

/**
 * y = a - b, of two inputs. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front.
 */
export class Subtract extends defineLayer("Subtract", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    if (inputs.length !== 2) throw new RangeError(`expected two inputs, got ${inputs.length}`);
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    return { outputs: [mergePairs(program, inputs, difference)] };
  }
}

/** Options of `subtract`. */
export type SubtractOptions = OptionsOf<typeof Subtract>;
/** y = a - b, of two inputs. See {@link Subtract}. */
export const subtract = (options?: SubtractOptions): Subtract => new Subtract(options);
