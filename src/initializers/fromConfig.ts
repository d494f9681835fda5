import { show } from "../base/check.js";
import { readConfig } from "../base/named.js";
import type { Initializer } from "../engine/program/weight.js";
import { ForeignInitializer } from "./foreignInitializer.js";
import { GlorotUniform } from "./glorotUniform.js";
import { initializerByName } from "./resolve.js";

/**
 * The initializer of a Keras config: a name, or `{ class_name, config }`. Seeds say nothing, as the model has one.
 * @throws TypeError if it is neither
 */
export function initializerFromConfig(where: string, value: unknown): Initializer {
  const read = readConfig(value);
  if (!read) throw new TypeError(`${where}: expected the name or the config of an initializer, got ${show(value)}`);
  const { name, config } = read;
  const { scale, mode, distribution } = config;
  // How TensorFlow.js writes Glorot's.
  if (scale === 1 && mode === "fan_avg" && distribution === "uniform") return new GlorotUniform();
  const { seed: _, ...options } = config;
  return initializerByName(name, options) ?? new ForeignInitializer(name, config);
}
