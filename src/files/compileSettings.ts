import { show } from "../base/check.js";
import type {
  CompiledSnapshot,
  LossSnapshot,
  MetricSnapshot,
  MetricsSnapshot,
  ModelSnapshot,
  TensorRef,
} from "../graph/snapshot.js";
import { registeredLosses } from "../losses/registered.js";
import { type LossName, lossRegistry, resolveLoss } from "../losses/resolve.js";
import { registeredMetrics } from "../metrics/registered.js";
import { type MetricName, metricRegistry, resolveMetric } from "../metrics/resolve.js";
import { readOptimizer } from "../optimizers/read.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import { className } from "./kerasRows.js";

/** Options of readers of files. */
export interface ReadOptions {
  /**
   * Whether to read what `compile` was given, and the optimizer's state. Default: as far as it is supported; if all of it is not,
   * none of it, and the snapshot's `notes` say why. True: all of it, or an error. False: not.
   */
  readonly compile?: boolean | undefined;
}

/** What Keras takes where `compile` was given no optimizer. */
const DEFAULT_OPTIMIZER = "rmsprop";

/**
 * What `compile` was given, from Keras' `compile_config` or `training_config`, with the optimizer's state; neither where nothing
 * is said.
 * @param model that they are of
 * @param withState adds the state. Where it throws, the optimizer starts anew
 * @throws Error with everything in it that has no counterpart here, if `compile` is true
 */
export function readCompiled(
  where: string,
  config: unknown,
  model: ModelSnapshot,
  { compile }: ReadOptions,
  withState: (compiled: CompiledSnapshot) => CompiledSnapshot,
): Pick<ModelSnapshot, "compiled" | "notes"> {
  if (compile === false) return {};
  const notes: string[] = [];
  const attempt = <T>(read: () => T, but = ""): T | undefined => {
    try {
      return read();
    } catch (error) {
      notes.push((error as Error).message + but);
      return undefined;
    }
  };
  const settings = readSettings(config, outputNames(model), attempt);
  const compiled = settings && (attempt(() => withState(settings), "; it starts anew") ?? settings);
  if (compile && notes.length > 0) {
    const list = notes.map((note) => `\n- ${note}`).join("");
    throw new Error(
      `${where}: expected settings of compile that are supported, got:${list}\n(\`compile: false\` leaves them out)`,
    );
  }
  return { ...(compiled && { compiled }), ...(notes.length > 0 && { notes }) };
}

/** As a model calls its outputs. */
export function outputNames({ className, layers, outputs }: ModelSnapshot): readonly string[] {
  if (className !== "Functional") return [String(layers.at(-1)?.config.name ?? "output")];
  if (!Array.isArray(outputs)) return Object.keys(outputs!);
  const refs = typeof outputs[0] === "string" ? [outputs as unknown as TensorRef] : (outputs as readonly TensorRef[]);
  return refs.map(([layer]) => layer);
}

function readSettings(
  config: unknown,
  names: readonly string[],
  attempt: <T>(read: () => T) => T | undefined,
): CompiledSnapshot | undefined {
  const given = own(config, "optimizer") ?? own(config, "optimizer_config") ?? undefined;
  const givenLoss = own(config, "loss") ?? undefined;
  if (given === undefined && givenLoss === undefined) return undefined;
  const optimizer = attempt(() => {
    const kind = given === undefined ? DEFAULT_OPTIMIZER : typeof given === "string" ? given : className(given);
    const options = own(given, "config");
    return readOptimizer(String(kind), isObject(options) ? options : {});
  });
  const loss = attempt(() => readLosses(givenLoss, names));
  const metrics = attempt(() => readMetrics("metrics", own(config, "metrics"), names));
  const weighted = attempt(() => readMetrics("weighted_metrics", own(config, "weighted_metrics"), names));
  const weights = attempt(() => readWeights(own(config, "loss_weights"), names));
  if (!optimizer || !loss || !metrics || !weighted || !weights) return undefined;
  return {
    optimizer: { className: optimizer.className, config: optimizer.config() },
    loss,
    ...(Object.keys(weights).length > 0 && { lossWeights: weights }),
    metrics,
    ...(Object.values(weighted).flat().length > 0 && { weightedMetrics: weighted }),
  };
}

/** What is said for each output: in a list or a record; undefined where it is said for all at once. */
function perOutput(
  where: string,
  given: unknown,
  names: readonly string[],
): readonly (readonly [name: string, value: unknown])[] | undefined {
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new RangeError(`${where}: expected a list of ${names.length}, one an output, got ${given.length}`);
    }
    return names.map((name, i) => [name, given[i]]);
  }
  if (!isObject(given) || className(given) !== undefined) return undefined;
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new RangeError(`${where}: expected names of outputs, ${names.join(", ")}, got ${show(name)}`);
  }
  return Object.entries(given);
}

const isGiven = (value: unknown) => value !== undefined && value !== null;

function readLosses(given: unknown, names: readonly string[]): CompiledSnapshot["loss"] {
  const each = perOutput("loss", given, names);
  if (!each) return readLoss(given);
  const losses = each.filter(([, loss]) => isGiven(loss)).map(([name, loss]) => [name, readLoss(loss)] as const);
  return names.length === 1 && losses.length === 1 ? losses[0]![1] : Object.fromEntries(losses);
}

/** Options of a loss that change nothing, as they are the defaults of all losses. */
const LOSS_DEFAULTS: Readonly<Record<string, readonly unknown[]>> = {
  from_logits: [false],
  label_smoothing: [0],
  axis: [-1],
  dtype: ["float32"],
  reduction: ["sum_over_batch_size", "auto"],
};

function readLoss(loss: unknown): LossSnapshot {
  const given = own(loss, "config");
  // A name, or a function, not an object.
  if (!isObject(loss) || typeof given === "string") {
    const name = typeof given === "string" ? given : loss;
    return resolveLoss("loss", (registeredLosses.get(String(name)) ? name : snakeCase(name)) as LossName).name;
  }
  const made = lossRegistry.part.lossFromConfig(String(className(loss)), withoutDefaults(given));
  return { className: made.className, config: { name: made.name, ...made.config() } };
}

function withoutDefaults(config: unknown): JsonObject {
  const isDefault = ([key, value]: readonly [string, unknown]) => {
    const policy = own(own(value, "config"), "name") ?? value;
    return Object.hasOwn(LOSS_DEFAULTS, key) && LOSS_DEFAULTS[key]!.includes(policy);
  };
  return Object.fromEntries(Object.entries(isObject(config) ? config : {}).filter((entry) => !isDefault(entry)));
}

function readMetrics(where: string, given: unknown, names: readonly string[]): MetricsSnapshot {
  const list = (value: unknown) => (isGiven(value) ? [value].flat(8) : []).filter(isGiven);
  const read = (value: unknown) => list(value).map((metric) => readMetric(where, metric));
  if (!isGiven(given)) return [];
  if (!isObject(given) && !Array.isArray(given)) throw new TypeError(`${where}: expected a list, got ${show(given)}`);
  const isForAll = Array.isArray(given) && (names.length === 1 || !given.some((each) => Array.isArray(each)));
  if (isForAll) {
    const metrics = read(given);
    if (names.length === 1 || metrics.length === 0) return metrics;
    return Object.fromEntries(names.map((name) => [name, metrics]));
  }
  const each = (perOutput(where, given, names) ?? []).map(([name, value]) => [name, read(value)] as const);
  return names.length === 1 ? each.flatMap(([, metrics]) => metrics) : Object.fromEntries(each);
}

/** Keras 2 wraps a metric's function in an object that has the name it was given. */
function readMetric(where: string, metric: unknown): MetricSnapshot {
  const given = own(metric, "config");
  const named = (name: unknown): MetricSnapshot => {
    const own = registeredMetrics.get(String(name)) ?? registeredLosses.get(String(name));
    if (own) return own.name;
    // Logged as it is written: AUC, auc.
    const known = (isMetric(name) ? name : snakeCase(name)) as MetricName;
    resolveMetric(where, known);
    return known;
  };
  if (!isObject(metric)) return named(metric);
  if (typeof given === "string") return named(given);
  const kind = className(metric);
  if (kind === "MeanMetricWrapper") {
    const fn = own(given, "fn");
    const [ownName, fnName] = [own(given, "name"), own(fn, "config") ?? fn];
    return isMetric(ownName) ? named(ownName) : named(fnName ?? ownName);
  }
  const made = metricRegistry.part.metricFromConfig(String(kind), isObject(given) ? given : {});
  const name = own(given, "name");
  // Logged under a name that stands for the same.
  if (isMetric(name) && JSON.stringify(made.config()) === JSON.stringify(resolveMetric(where, name).config())) {
    return name;
  }
  return { className: made.className, config: { name: made.loggedAs, ...made.config() } };
}

function isMetric(name: unknown): name is MetricName {
  try {
    return typeof name === "string" && resolveMetric("", name as MetricName) !== undefined;
  } catch {
    return false;
  }
}

function readWeights(given: unknown, names: readonly string[]): Readonly<Record<string, number>> {
  if (!isGiven(given)) return {};
  const all = typeof given === "number" && names.length === 1 ? [[names[0]!, given] as const] : undefined;
  const each = all ?? perOutput("loss_weights", given, names);
  if (!each) throw new TypeError(`loss_weights: expected a list or an object by output, got ${show(given)}`);
  for (const [name, value] of each) {
    if (!isGiven(value) || Number.isFinite(value)) continue;
    throw new TypeError(`loss_weights: expected a number for ${name}, got ${show(value)}`);
  }
  return Object.fromEntries(each.filter(([, value]) => isGiven(value))) as Record<string, number>;
}

function snakeCase(name: unknown): unknown {
  return typeof name === "string" ? name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase() : name;
}
