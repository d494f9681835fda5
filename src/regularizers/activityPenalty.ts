import { activityRegularization as pack } from "../engine/kernels/packs/activityRegularization.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";

/** Records (l1 sum |x| + l2 sum x^2) / N over all elements of a batch of N samples as part of the loss. */
export function recordActivityPenalty(program: ProgramBuilder, x: Region, l1: number, l2: number): void {
  const values = program.batchRegion([1]);
  program.call(pack, "activityRegularizationForward", values, x, x.size, l1, l2);
  program.penalize(x, values, () => {
    const dx = program.region(x.shape);
    program.call(pack, "activityRegularizationBackward", dx, x, program.step, x.size, l1, l2);
    return dx;
  });
}
