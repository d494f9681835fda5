import { Named, nameAmong } from "../base/named.js";
import { ifOwn, registered } from "../base/registered.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Weight, WeightConstraint } from "../engine/program/weight.js";

/** A constraint by its name with its default options, as Keras has it or in camel case. */
export type ConstraintName =
  | "maxNorm"
  | "max_norm"
  | "minMaxNorm"
  | "min_max_norm"
  | "nonNeg"
  | "non_neg"
  | "unitNorm"
  | "unit_norm";

const NAMES = ["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"] as const;

/** Imported when a model with it is about to run. */
export class NamedConstraint extends Named<WeightConstraint> implements WeightConstraint {
  constructor(className: string, given: Readonly<Record<string, unknown>> = {}) {
    super(className, given, async () => (await import("./registry.js")).makeConstraint(className, given));
  }

  record(program: ProgramBuilder, weight: Weight): void {
    this.found.record(program, weight);
  }
}

/** @throws RangeError for a name that no constraint has, TypeError for another kind of value */
export function resolveConstraint(where: string, value: unknown): WeightConstraint {
  if (typeof value === "object" && value !== null && "record" in value) return value as WeightConstraint;
  const own = typeof value === "string" ? registered("constraint", value) : undefined;
  if (own) return own.fromConfig({}) as WeightConstraint;
  return new NamedConstraint(nameAmong(where, "a constraint", NAMES, value, ifOwn("constraint")));
}
