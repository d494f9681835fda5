import { checkBoolean, checkInteger, show } from "../engine/check.js";
import type { FitPosition, Progress } from "../graph/snapshot.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";

/** The number of slots in which gradients are summed; it decides bits. */
const SLOTS = 8;

/** Some metrics have hundreds of sums. */
const MOST_SUMS = 2 ** 16;

/** As JSON. */
export function progressJson(progress: Progress): JsonObject {
  return { version: 2, slots: SLOTS, ...progress };
}

/** @throws Error, TypeError or RangeError for what is not as `progressJson` writes it */
export function readProgress(where: string, json: JsonObject): Progress {
  const version = own(json, "version");
  if (version !== 1 && version !== 2) throw new Error(`${where}: expected version 1 or 2, got ${show(version)}`);
  if (own(json, "slots") !== SLOTS)
    throw new Error(`${where}: expected ${SLOTS} slots, got ${show(own(json, "slots"))}`);
  const integer = (of: unknown, key: string, least = 0) => checkInteger(`${where}: ${key}`, own(of, key), least);
  const boolean = (of: unknown, key: string) => checkBoolean(`${where}: ${key}`, own(of, key));
  const fit = own(json, "fit");
  if (fit !== undefined && !isObject(fit)) throw new TypeError(`${where}: expected an object as fit, got ${show(fit)}`);
  const position: FitPosition | undefined = fit && {
    epoch: integer(fit, "epoch"),
    step: integer(fit, "step"),
    epochs: integer(fit, "epochs"),
    batchSize: integer(fit, "batchSize", 1),
    samples: integer(fit, "samples", 1),
    shuffle: boolean(fit, "shuffle"),
    sums: numbers(`${where}: sums`, own(fit, "sums")),
  };
  if (position && position.step > Math.ceil(position.samples / position.batchSize)) {
    throw new RangeError(`${where}: expected a step within the epoch, got ${position.step}`);
  }
  return {
    seed: integer(json, "seed"),
    iterations: integer(json, "iterations"),
    epochs: integer(json, "epochs"),
    winograd: boolean(json, "winograd"),
    relaxed: boolean(json, "relaxed"),
    ...(position && { fit: version === 1 ? withHead(position) : position }),
  };
}

/** Version 1 had the sums of the loss and the metrics alone: no sample had a weight, and no weight a penalty. */
function withHead(position: FitPosition): FitPosition {
  const { step, batchSize, samples, sums } = position;
  if (step === 0) return { ...position, sums: [] };
  const seen = Math.min(step * batchSize, samples);
  return { ...position, sums: [seen, seen, 0, ...sums] };
}

function numbers(where: string, value: unknown): readonly number[] {
  if (Array.isArray(value) && value.length <= MOST_SUMS && value.every((each) => typeof each === "number"))
    return value;
  throw new TypeError(`${where}: expected a list of numbers, got ${show(value)}`);
}
