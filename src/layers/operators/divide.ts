import { operators } from "../../engine/kernels/packs/operators.generated.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, mergePairs, type Pairwise } from "../merging/merge.js";

const quotient: Pairwise = {
  name: "divide",
  forward: (program, y, a, b) => program.call(operators, "divideForward", y, a, b, y.size),
  backward(program, dy, a, b) {
    const [da, db] = [program.region(a.shape), program.region(b.shape)];
    program.call(operators, "divideBackward", da, db, dy, a, b, dy.size);
    return [da, db];
  },
};

/** y = a / b, of two inputs. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front. Keras' `ops.divide`. */
export class Divide extends defineLayer("Divide", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    if (inputs.length !== 2) throw new RangeError(`expected two inputs, got ${inputs.length}`);
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    return { outputs: [mergePairs(program, inputs, quotient)] };
  }
}

/** Options of `divide`. */
export type DivideOptions = OptionsOf<typeof Divide>;
/** y = a / b, of two inputs. See {@link Divide}. */
export const divide = (options?: DivideOptions): Divide => new Divide(options);
