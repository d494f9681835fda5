import { number, optional } from "../../base/options.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { recordActivityPenalty } from "../../regularizers/activityPenalty.js";
import { defineLayer, type OptionsOf } from "../base/layer.js";

/**
 * y = x, and the loss grows by (l1 sum of |x| + l2 sum of x^2) / N, over all elements of a batch of N samples. Shapes: any,
 * unchanged.
 */
export class ActivityRegularization extends defineLayer("ActivityRegularization", {
  /** Default 0. */
  l1: optional(number(0), 0),
  /** Default 0. */
  l2: optional(number(0), 0),
}) {
  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  record(program: ProgramBuilder, [x]: readonly Region[]): Recorded {
    recordActivityPenalty(program, x!, this.l1, this.l2);
    return { outputs: [x!.view(x!.shape)], backward: (dys) => dys };
  }
}

/** Options of `activityRegularization`. */
export type ActivityRegularizationOptions = OptionsOf<typeof ActivityRegularization>;
/**
 * y = x, and the loss grows by (l1 sum of |x| + l2 sum of x^2) / N, over all elements of a batch of N samples. See {@link
 * ActivityRegularization}.
 */
export const activityRegularization = (options?: ActivityRegularizationOptions): ActivityRegularization =>
  new ActivityRegularization(options);
