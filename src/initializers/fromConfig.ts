import { show } from "../engine/check.js";
import type { Initializer } from "../engine/weight.js";
import { ForeignInitializer } from "./foreignInitializer.js";
import { GlorotUniform } from "./glorotUniform.js";
import { Zeros } from "./zeros.js";

/**
 * The initializer of a Keras config: a name, or `{ class_name, config }`. Seeds say nothing, as the model has one.
 * @throws TypeError if it is neither
 */
export function initializerFromConfig(where: string, value: unknown): Initializer {
  const long = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const name = typeof value === "string" ? value : (long.class_name ?? long.className);
  const config = (typeof long.config === "object" && long.config !== null ? long.config : {}) as Record<
    string,
    unknown
  >;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`${where}: expected the name or the config of an initializer, got ${show(value)}`);
  }
  switch (name.replaceAll("_", "").toLowerCase()) {
    case "zeros":
      return new Zeros();
    case "glorotuniform":
      return new GlorotUniform();
    case "variancescaling":
      // How TensorFlow.js writes Glorot's.
      if (config.scale === 1 && config.mode === "fan_avg" && config.distribution === "uniform")
        return new GlorotUniform();
  }
  return new ForeignInitializer(name, config);
}
