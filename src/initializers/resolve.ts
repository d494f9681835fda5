import { checkChoice } from "../engine/check.js";
import type { Initializer } from "../engine/weight.js";
import { GlorotUniform } from "./glorotUniform.js";
import { Zeros } from "./zeros.js";

export type InitializerName = "glorotUniform" | "glorot_uniform" | "zeros";

/** @throws RangeError for a name that is none */
export function resolveInitializer(where: string, value: InitializerName | Initializer): Initializer {
  if (typeof value === "object" && value !== null && typeof value.fill === "function") return value;
  const name = checkChoice<InitializerName>(where, value, ["glorotUniform", "glorot_uniform", "zeros"]);
  return name === "zeros" ? new Zeros() : new GlorotUniform();
}

/** Keras' form: `{ class_name, config }`. */
export function initializerConfig(initializer: Initializer): { class_name: string; config: object } {
  return { class_name: initializer.className, config: initializer.config?.() ?? {} };
}
