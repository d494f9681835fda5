import { l1l2 as pack } from "../engine/kernels/packs/l1l2.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Weight } from "../engine/program/weight.js";

/** Records l1 sum |w| + l2 sum w^2. */
export function recordPenalty(program: ProgramBuilder, weight: Weight, l1: number, l2: number): Region {
  return program.prepare(weight, pack, "l1l2Forward", 1, weight.size, l1, l2);
}

/** Records its gradient: dw += l1 sign(w) + 2 l2 w. */
export function recordPenaltyGradient(program: ProgramBuilder, weight: Weight, l1: number, l2: number): void {
  program.callUpdateOnce(pack, "l1l2BackwardAdd", weight.gradient, weight.value, weight.size, l1, l2);
}
