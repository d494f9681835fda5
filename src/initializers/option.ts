import type { Option } from "../base/options.js";
import type { Initializer } from "../engine/weight.js";
import { initializerFromConfig } from "./fromConfig.js";
import { type InitializerName, initializerConfig, resolveInitializer } from "./resolve.js";

/** The option of layers with weights: how these begin. */
export function initializer(): Option<Initializer, InitializerName | Initializer> {
  return { check: resolveInitializer, write: initializerConfig, read: initializerFromConfig };
}
