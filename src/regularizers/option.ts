import { readConfig, writeConfig } from "../base/named.js";
import { nullable, type Option } from "../base/options.js";
import { show } from "../engine/check.js";
import type { WeightRegularizer } from "../engine/weight.js";
import { NamedRegularizer, type RegularizerName, resolveRegularizer } from "./resolve.js";

/** An option of layers with weights; null means none. */
export function regularizer(): Option<WeightRegularizer | null, RegularizerName | WeightRegularizer | null> {
  return nullable<WeightRegularizer, RegularizerName | WeightRegularizer>({
    check: resolveRegularizer,
    write: writeConfig,
    read: regularizerFromConfig,
  });
}

/** The regularizer of a Keras config: a name, `{ class_name, config }`, or null. */
function regularizerFromConfig(where: string, value: unknown): WeightRegularizer | null {
  if (value === null || value === undefined) return null;
  const read = readConfig(value);
  if (!read) throw new TypeError(`${where}: expected the name or the config of a regularizer, got ${show(value)}`);
  const named = resolveRegularizer(where, read.name);
  return new NamedRegularizer(named.className, read.config);
}
