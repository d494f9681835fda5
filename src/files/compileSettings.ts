import { show } from "../engine/check.js";
import type { CompiledSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { type LossName, resolveLoss } from "../losses/resolve.js";
import { type MetricName, resolveMetric } from "../metrics/resolve.js";
import { optimizerFromConfig } from "../optimizers/fromConfig.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import { className } from "./readKerasConfig.js";

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
 * @param withState adds the state. Where it throws, the optimizer starts anew
 * @throws Error with everything in it that has no counterpart here, if `compile` is true
 */
export function readCompiled(
  where: string,
  config: unknown,
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
  const settings = readSettings(config, attempt);
  const compiled = settings && (attempt(() => withState(settings), "; it starts anew") ?? settings);
  if (compile && notes.length > 0) {
    const list = notes.map((note) => `\n- ${note}`).join("");
    throw new Error(
      `${where}: expected settings of compile that are supported, got:${list}\n(\`compile: false\` leaves them out)`,
    );
  }
  return { ...(compiled && { compiled }), ...(notes.length > 0 && { notes }) };
}

function readSettings(config: unknown, attempt: <T>(read: () => T) => T | undefined): CompiledSnapshot | undefined {
  const given = own(config, "optimizer") ?? own(config, "optimizer_config") ?? undefined;
  const givenLoss = own(config, "loss") ?? undefined;
  if (given === undefined && givenLoss === undefined) return undefined;
  const optimizer = attempt(() => {
    const kind = given === undefined ? DEFAULT_OPTIMIZER : typeof given === "string" ? given : className(given);
    const options = own(given, "config");
    return optimizerFromConfig(String(kind), isObject(options) ? options : {});
  });
  const loss = attempt(() => resolveLoss("loss", lossName(givenLoss) as LossName).name);
  const metrics = attempt(() => {
    const list = own(config, "metrics") ?? [];
    if (!Array.isArray(list)) throw new TypeError(`metrics: expected a list, got ${show(list)}`);
    return list.flat().map((metric) => {
      const name = metricName(metric);
      resolveMetric("metrics", name);
      return name;
    });
  });
  const rest = attempt(() => {
    for (const key of ["loss_weights", "weighted_metrics"]) {
      const value = own(config, key) ?? undefined;
      if (value !== undefined) throw new RangeError(`${key}: expected none, got ${show(value)}`);
    }
    return true;
  });
  if (!optimizer || !loss || !metrics || !rest) return undefined;
  return { optimizer: { className: optimizer.className, config: optimizer.config() }, loss, metrics };
}

/** Options of a loss that change nothing: the defaults. */
const LOSS_DEFAULTS: JsonObject = { from_logits: false, label_smoothing: 0, axis: -1, dtype: "float32" };

function lossName(loss: unknown): unknown {
  if (!isObject(loss)) return snakeCase(loss);
  const config = own(loss, "config");
  // A function, not an object: its name.
  if (typeof config === "string") return config;
  for (const [key, value] of Object.entries(LOSS_DEFAULTS)) {
    const given = own(config, key);
    const policy = own(own(given, "config"), "name") ?? given;
    if (policy !== undefined && policy !== null && policy !== value) {
      throw new RangeError(`loss: expected ${key} ${show(value)}, got ${show(policy)}`);
    }
  }
  return snakeCase(className(loss));
}

/** Keras 2 wraps a metric's function in an object that has the name it was given. */
function metricName(metric: unknown): MetricName {
  const config = own(metric, "config");
  if (typeof config === "string") return config as MetricName;
  return snakeCase(own(config, "name") ?? className(metric) ?? metric) as MetricName;
}

function snakeCase(name: unknown): unknown {
  return typeof name === "string" ? name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase() : name;
}
