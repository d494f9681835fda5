import { checkBoolean, checkInteger, show } from "../base/check.js";
import type { CallbackState, FitPosition, Progress } from "../graph/snapshot.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import { readState, stateJson } from "./plainState.js";

/** The number of slots in which gradients are summed; it decides bits. */
const SLOTS = 8;

/** Some metrics have hundreds of sums. */
const MOST_SUMS = 2 ** 16;

/** As JSON. @throws TypeError for a callback's state that is no plain data */
export function progressJson({ fit, ...progress }: Progress): JsonObject {
  const json = { version: 2, slots: SLOTS, ...progress };
  if (!fit) return json;
  const { callbacks, ...position } = fit;
  const states = callbacks?.map(({ name, state }) => ({
    name,
    state: stateJson(`the state of ${name || "a callback"}`, state),
  }));
  return { ...json, fit: { ...position, ...(states && { callbacks: states }) } };
}

/** @throws Error, TypeError or RangeError for what is not as `progressJson` writes it */
export function readProgress(where: string, json: JsonObject): Progress {
  const version = own(json, "version");
  if (version !== 1 && version !== 2) throw new Error(`${where}: expected version 1 or 2, got ${show(version)}`);
  if (own(json, "slots") !== SLOTS)
    throw new Error(`${where}: expected ${SLOTS} slots, got ${show(own(json, "slots"))}`);
  const integer = (of: unknown, key: string, least = 0) => checkInteger(`${where}: ${key}`, own(of, key), least);
  const optional = (of: JsonObject, key: string, least: number) =>
    own(of, key) === undefined ? {} : { [key]: integer(of, key, least) };
  const boolean = (of: unknown, key: string) => checkBoolean(`${where}: ${key}`, own(of, key));
  const fit = own(json, "fit");
  if (fit !== undefined && !isObject(fit)) throw new TypeError(`${where}: expected an object as fit, got ${show(fit)}`);
  const position: FitPosition | undefined = fit && {
    epoch: integer(fit, "epoch"),
    step: integer(fit, "step"),
    epochs: integer(fit, "epochs"),
    ...optional(fit, "skipped", 0),
    ...optional(fit, "batchSize", 1),
    ...optional(fit, "samples", 1),
    ...optional(fit, "stepsPerEpoch", 1),
    shuffle: boolean(fit, "shuffle"),
    sums: numbers(`${where}: sums`, own(fit, "sums")),
    ...(own(fit, "callbacks") !== undefined && { callbacks: states(`${where}: callbacks`, own(fit, "callbacks")) }),
  };
  const { samples = Infinity, batchSize = 1, stepsPerEpoch = Infinity } = position ?? {};
  if (position && position.step > Math.min(Math.ceil(samples / batchSize), stepsPerEpoch)) {
    throw new RangeError(`${where}: expected a step within the epoch, got ${position.step}`);
  }
  return {
    seed: integer(json, "seed"),
    iterations: integer(json, "iterations"),
    epochs: integer(json, "epochs"),
    winograd: boolean(json, "winograd"),
    relaxed: boolean(json, "relaxed"),
    ...(own(json, "swapped") !== undefined && { swapped: boolean(json, "swapped") }),
    ...(position && { fit: version === 1 ? withHead(position) : position }),
  };
}

/** Version 1 had the sums of the loss and the metrics alone: no sample had a weight, and no weight a penalty. */
function withHead(position: FitPosition): FitPosition {
  const { step, batchSize = 1, samples = Infinity, sums } = position;
  if (step === 0) return { ...position, sums: [] };
  const seen = Math.min(step * batchSize, samples);
  return { ...position, sums: [seen, 0, ...sums.flatMap((sum) => [1, sum])] };
}

function numbers(where: string, value: unknown): readonly number[] {
  if (Array.isArray(value) && value.length <= MOST_SUMS && value.every((each) => typeof each === "number"))
    return value;
  throw new TypeError(`${where}: expected a list of numbers, got ${show(value)}`);
}

function states(where: string, value: unknown): CallbackState[] {
  if (!Array.isArray(value)) throw new TypeError(`${where}: expected a list of states, got ${show(value)}`);
  return value.map((each: unknown) => {
    const name = isObject(each) ? own(each, "name") : undefined;
    if (typeof name !== "string") throw new TypeError(`${where}: expected { name, state }, got ${show(each)}`);
    return { name, state: readState(where, own(each as JsonObject, "state")) };
  });
}
