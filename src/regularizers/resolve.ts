import { Named, nameAmong } from "../base/named.js";
import { ifOwn, registered } from "../base/registered.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Weight, WeightRegularizer } from "../engine/program/weight.js";

/** A regularizer by its name with its default options, as Keras has it or in camel case. */
export type RegularizerName = "l1" | "l2" | "l1L2" | "l1_l2" | "orthogonalRegularizer" | "orthogonal_regularizer";

const NAMES = ["L1", "L2", "L1L2", "OrthogonalRegularizer"] as const;

/** Imported when a model with it is about to run. */
export class NamedRegularizer extends Named<WeightRegularizer> implements WeightRegularizer {
  constructor(className: string, given: Readonly<Record<string, unknown>> = {}) {
    super(className, given, async () => (await import("./registry.js")).makeRegularizer(className, given));
  }

  record(program: ProgramBuilder, weight: Weight): Region {
    return this.found.record(program, weight);
  }

  recordGradient(program: ProgramBuilder, weight: Weight): void {
    this.found.recordGradient(program, weight);
  }

  recordActivity(program: ProgramBuilder, activation: Region): void {
    this.found.recordActivity!(program, activation);
  }
}

/** @throws RangeError for a name that no regularizer has, TypeError for another kind of value */
export function resolveRegularizer(where: string, value: unknown): WeightRegularizer {
  if (typeof value === "object" && value !== null && "recordGradient" in value) return value as WeightRegularizer;
  const own = typeof value === "string" ? registered("regularizer", value) : undefined;
  if (own) return own.fromConfig({}) as WeightRegularizer;
  return new NamedRegularizer(nameAmong(where, "a regularizer", NAMES, value, ifOwn("regularizer")));
}
