import { checkChoice } from "../engine/check.js";
import { CategoricalCrossentropy } from "./categoricalCrossentropy.js";
import { Loss } from "./loss.js";

export type LossName = "categoricalCrossentropy" | "categorical_crossentropy";

/** @throws RangeError for a name that is none */
export function resolveLoss(where: string, value: LossName | Loss): Loss {
  if (value instanceof Loss) return value;
  checkChoice<LossName>(where, value, ["categoricalCrossentropy", "categorical_crossentropy"]);
  return new CategoricalCrossentropy();
}
