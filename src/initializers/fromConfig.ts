import { show } from "../base/check.js";
import { readConfig } from "../base/named.js";
import type { Initializer } from "../engine/program/weight.js";
import { ForeignInitializer, SeededInitializer } from "./foreignInitializer.js";
import { GlorotUniform } from "./glorotUniform.js";
import { initializerByName } from "./resolve.js";

/**
 * The initializer of a Keras config: a name, or `{ class_name, config }`. Seeds are kept, and say nothing, as the model has one.
 * @throws TypeError if it is neither
 */
export function initializerFromConfig(where: string, value: unknown): Initializer {
  const read = readConfig(value);
  if (!read) throw new TypeError(`${where}: expected the name or the config of an initializer, got ${show(value)}`);
  const { name, config } = read;
  const { seed = null, ...options } = config;
  const { scale, mode, distribution } = options;
  // How TensorFlow.js writes Glorot's.
  const isGlorots = scale === 1 && mode === "fan_avg" && distribution === "uniform";
  const made = isGlorots ? new GlorotUniform() : initializerByName(name, options);
  if (!made) return new ForeignInitializer(name, config);
  return seed === null ? made : new SeededInitializer(made, seed);
}
