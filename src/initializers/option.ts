import { writeConfig } from "../base/named.js";
import type { Option } from "../base/options.js";
import type { Initializer } from "../engine/program/weight.js";
import { initializerFromConfig } from "./fromConfig.js";
import { type InitializerName, resolveInitializer } from "./resolve.js";

/** The option of layers with weights: how these begin. */
export function initializer(): Option<Initializer, InitializerName | Initializer> {
  return { check: resolveInitializer, write: writeConfig, read: initializerFromConfig };
}
