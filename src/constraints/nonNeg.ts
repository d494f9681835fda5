import { weightConstraint as pack } from "../engine/kernels/packs/weightConstraint.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight } from "../engine/program/weight.js";
import { defineConstraint } from "./constraint.js";

/** No number below 0: w = max(w, 0). */
export class NonNeg extends defineConstraint("NonNeg", {}) {
  record(program: ProgramBuilder, { value, size }: Weight): void {
    program.callUpdateOnce(pack, "weightConstraintNonNeg", value, size);
  }
}
