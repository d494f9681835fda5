import { show } from "../base/check.js";
import { readConfig, writeConfig } from "../base/named.js";
import { nullable, type Option } from "../base/options.js";
import { registered } from "../base/registered.js";
import type { WeightConstraint } from "../engine/program/weight.js";
import { type ConstraintName, NamedConstraint, resolveConstraint } from "./resolve.js";

/** An option of layers with weights; null means none. */
export function constraint(): Option<WeightConstraint | null, ConstraintName | WeightConstraint | null> {
  return nullable<WeightConstraint, ConstraintName | WeightConstraint>({
    check: resolveConstraint,
    write: writeConfig,
    read: constraintFromConfig,
  });
}

/** The constraint of a Keras config: a name, `{ class_name, config }`, or null. */
function constraintFromConfig(where: string, value: unknown): WeightConstraint | null {
  if (value === null || value === undefined) return null;
  const read = readConfig(value);
  if (!read) throw new TypeError(`${where}: expected the name or the config of a constraint, got ${show(value)}`);
  const own = registered("constraint", read.name);
  if (own) return own.fromConfig(read.config) as WeightConstraint;
  return new NamedConstraint(resolveConstraint(where, read.name).className, read.config);
}
