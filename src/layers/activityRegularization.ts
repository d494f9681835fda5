import { number, optional } from "../base/options.js";
import { lazyPack } from "../engine/kernels.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Shape } from "../engine/shape.js";
import { defineLayer, type OptionsOf } from "./layer.js";

const pack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/packs/activityRegularization.generated.js")).activityRegularization,
);

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
    const { l1, l2 } = this;
    const { size } = x!;
    const values = program.batchRegion([1]);
    program.call(pack, "activityRegularizationForward", values, x!, size, l1, l2);
    program.penalize(values);
    return {
      outputs: [x!.view(x!.shape)],
      backward([dy]) {
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        program.call(pack, "activityRegularizationBackward", dx, dy!, x!, program.step, size, l1, l2);
        return [dx];
      },
    };
  }
}

/** Options of `activityRegularization`. */
export type ActivityRegularizationOptions = OptionsOf<typeof ActivityRegularization>;
export const activityRegularization = (options?: ActivityRegularizationOptions): ActivityRegularization =>
  new ActivityRegularization(options);
