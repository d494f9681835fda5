import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";
import { mergedShape, mergePairs, scaled, sum } from "./merge.js";

/**
 * y = (a + b + ...) / n, of n inputs. Shapes: equal, or of size 1 along an axis, which is repeated; shorter ones get axes of size 1 in front.
 */
export class Average extends defineLayer("Average", {}) {
  outputShape(inputs: readonly Shape[]): Shape {
    return mergedShape(inputs);
  }

  record(program: ProgramBuilder, inputs: readonly Region[]): Recorded {
    const total = mergePairs(program, inputs, sum);
    const share = 1 / inputs.length;
    const mean = {
      name: this.name,
      record: (): Recorded => ({
        outputs: [scaled(program, total, share)],
        backward: ([dy]) => [scaled(program, dy!, share)],
      }),
    };
    return { outputs: program.apply(mean, [total], []) };
  }
}

/** Options of `average`. */
export type AverageOptions = OptionsOf<typeof Average>;
/** y = (a + b + ...) / n, of n inputs. See {@link Average}. */
export const average = (options?: AverageOptions): Average => new Average(options);
