import { show } from "../base/check.js";
import { readConfig, writeConfig } from "../base/named.js";
import { nullable, type Option } from "../base/options.js";
import { registered } from "../base/registered.js";
import type { WeightRegularizer } from "../engine/program/weight.js";
import { NamedRegularizer, type RegularizerName, resolveRegularizer } from "./resolve.js";

/** An option of layers with weights; null means none. */
export function regularizer(): Option<WeightRegularizer | null, RegularizerName | WeightRegularizer | null> {
  return nullable<WeightRegularizer, RegularizerName | WeightRegularizer>({
    check: resolveRegularizer,
    write: writeConfig,
    read: regularizerFromConfig,
  });
}

/** The option of layers whose outputs may have a penalty; null means none. */
export function activityRegularizer(): Option<WeightRegularizer | null, RegularizerName | WeightRegularizer | null> {
  const option = regularizer();
  return {
    ...option,
    check(where, value) {
      const checked = option.check(where, value);
      if (!checked || (checked.recordActivity && checked.className !== "OrthogonalRegularizer")) return checked;
      throw new RangeError(`${where}: expected L1, L2, L1L2 or one with recordActivity, got ${checked.className}`);
    },
  };
}

/** The regularizer of a Keras config: a name, `{ class_name, config }`, or null. */
function regularizerFromConfig(where: string, value: unknown): WeightRegularizer | null {
  if (value === null || value === undefined) return null;
  const read = readConfig(value);
  if (!read) throw new TypeError(`${where}: expected the name or the config of a regularizer, got ${show(value)}`);
  const own = registered("regularizer", read.name);
  if (own) return own.fromConfig(read.config) as WeightRegularizer;
  return new NamedRegularizer(resolveRegularizer(where, read.name).className, read.config);
}
