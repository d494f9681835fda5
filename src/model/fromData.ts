// Models from data that is there at once. This is synchronous, so all that readers import on demand is imported here.

import { giveAllParts } from "../files/allParts.js";
import { readCompiled } from "../files/compileSettings.js";
import { own, parseJson } from "../files/jsonValue.js";
import { readKerasConfig } from "../files/readKerasConfig.js";
import type { ModelSnapshot } from "../graph/snapshot.js";
import { type LoadedModel, modelOf } from "./makeModel.js";

giveAllParts();

/**
 * A model with new weights, from what `toJSON` or Keras' `to_json()` gave: an object, or its text.
 * What it says of `compile` is taken as far as `loadModel` takes it.
 * @throws Error with all layers and options that are not supported; RangeError for more than 2^29 weights
 */
export function modelFromJSON(json: unknown): LoadedModel {
  const config: unknown = typeof json === "string" ? parseJson("modelFromJSON", json) : json;
  const model = readKerasConfig("modelFromJSON", config);
  const settings = readCompiled("modelFromJSON", own(config, "compile_config"), model, {}, (compiled) => compiled);
  return modelOf({ ...model, ...settings }, {});
}

/** A new model of what a snapshot holds. @throws Error, TypeError, RangeError if its parts do not fit */
export function modelFromSnapshot(snapshot: ModelSnapshot): LoadedModel {
  return modelOf(snapshot, { compile: true });
}
