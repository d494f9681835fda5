import { checkBoolean, checkInteger, checkNumber, checkOptions, show } from "../base/check.js";
import { rawOf } from "../base/raw.js";
import { hasRelaxedSimd } from "../engine/features.js";
import type { Shape } from "../engine/program/shape.js";
import { MOST_THREADS } from "../engine/run/control.js";
import type { ThreadCount } from "../engine/threads/threads.js";
import type { Compiled, NamedMetric, OutputSettings } from "../graph/modelProgram.js";
import type { Loss } from "../losses/loss.js";
import { type LossName, resolveLoss } from "../losses/resolve.js";
import type { Metric } from "../metrics/metric.js";
import { type MetricName, resolveMetric } from "../metrics/resolve.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { type OptimizerName, resolveOptimizer } from "../optimizers/resolve.js";

/** Of a model with several outputs: by the name of the output. */
type ByOutput<T> = Readonly<Record<string, T>>;
type LossOption = LossName | Loss;
type MetricsOption = readonly (MetricName | Metric | Loss)[];

/** Options of `compile`. */
export interface CompileOptions {
  /** Default "rmsprop". */
  optimizer?: OptimizerName | Optimizer | undefined;
  /** What training minimises; by the name of the output where there are several. Outputs without one are not trained for. */
  loss: LossOption | ByOutput<LossOption | null | undefined>;
  /** What each loss counts for in the sum of all, by the name of the output. Default 1. */
  lossWeights?: ByOutput<number> | undefined;
  /** Default none. Logged under the names given; by the name of the output where there are several. */
  metrics?: MetricsOption | ByOutput<MetricsOption> | undefined;
  /** Likewise, but samples count as their weights say. */
  weightedMetrics?: MetricsOption | ByOutput<MetricsOption> | undefined;
  /**
   * Whether 3 x 3 convolutions may take Winograd's form. Its rounding errors are up to about twice as large, and larger where the
   * inputs of one tile (4 x 4 or 6 x 6) differ by many orders of magnitude. Default true.
   */
  winograd?: boolean | undefined;
  /**
   * Whether to compute with relaxed SIMD: a multiplication and the addition after it may round once instead of twice. Faster
   * on some machines, but the same seed then gives other bits on other machines. Default false.
   */
  relaxed?: boolean | undefined;
  /**
   * Worker threads, at most 8. 0: all is computed on the calling thread, in slices. Default "auto": one a core, started as
   * soon as batches take some milliseconds. The results have the same bits whatever the number.
   */
  threads?: ThreadCount | undefined;
}

const OPTIONS = [
  ...["optimizer", "loss", "lossWeights", "metrics", "weightedMetrics"],
  ...["winograd", "relaxed", "threads"],
];

/** What `compile` was given, checked as far as it can be without the shapes of the outputs. */
export interface CompileSettings {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  readonly winograd: boolean;
  readonly relaxed: boolean;
  readonly threads: ThreadCount;
}

/**
 * @throws TypeError for options of the wrong kind, RangeError for unknown names, Error for `relaxed` where the JavaScript
 *   engine does not have it
 */
export function checkCompile(options: CompileOptions): CompileSettings {
  checkOptions("compile", options, OPTIONS);
  const { optimizer = "rmsprop", winograd = true, relaxed = false, threads = "auto" } = options;
  if (typeof threads === "string" && threads !== "auto") {
    throw new RangeError(`compile.threads: expected "auto" or a number, got ${show(threads)}`);
  }
  if (checkBoolean("compile.relaxed", relaxed) && !hasRelaxedSimd()) {
    throw new Error(
      "compile.relaxed: expected an engine with relaxed SIMD, got one without; leave the option out to train on the " +
        "default kernels",
    );
  }
  if (options.loss === undefined) throw new TypeError("compile.loss: expected a loss, got undefined");
  return {
    options,
    relaxed,
    optimizer: rawOf(resolveOptimizer("compile.optimizer", optimizer)),
    winograd: checkBoolean("compile.winograd", winograd),
    threads: threads === "auto" ? threads : checkInteger("compile.threads", threads, 0, MOST_THREADS),
  };
}

/**
 * The settings for the outputs of a model.
 * @param names of the outputs
 * @param shapes of the outputs; undefined before the model knows its inputs: then only names and kinds are checked
 * @throws TypeError, RangeError for unknown outputs and losses, and for a loss that does not fit an output
 */
export function compileFor(
  { options, ...settings }: CompileSettings,
  names: readonly string[],
  shapes: readonly Shape[] | undefined,
): Compiled {
  const { lossWeights = {} } = options;
  checkNames("compile.lossWeights", lossWeights, names);
  const losses = perOutput("compile.loss", options.loss, names, isLoss);
  const metrics = perOutput("compile.metrics", options.metrics ?? [], names, Array.isArray);
  const weighted = perOutput("compile.weightedMetrics", options.weightedMetrics ?? [], names, Array.isArray);
  const outputs = names.map((name, o): OutputSettings => {
    const given = losses[o];
    const loss =
      given === undefined || given === null ? undefined : rawOf(resolveLoss("compile.loss", given as LossName));
    const shape = shapes?.[o];
    if (shape && loss?.isLoaded) loss.targetShape(shape);
    const resolve = (where: string, list: unknown): Unlogged[] =>
      checkList(where, list ?? []).map((metric) => ({
        name: nameOf(metric),
        metric: rawOf(resolveMetric(where, metric)),
      }));
    return {
      name,
      loss,
      lossWeight: checkNumber(`compile.lossWeights.${name}`, lossWeights[name] ?? 1),
      ...namedApart(resolve("compile.metrics", metrics[o]), resolve("compile.weightedMetrics", weighted[o])),
    };
  });
  if (outputs.every(({ loss }) => !loss))
    throw new TypeError(`compile.loss: expected a loss, got ${show(options.loss)}`);
  return { ...settings, outputs };
}

type Unlogged = Omit<NamedMetric, "logName">;

/** As Keras logs them: a name that is taken gets a number, that of a weighted metric `weighted_` first. */
function namedApart(metrics: readonly Unlogged[], weighted: readonly Unlogged[]) {
  const counts = new Map<string, number>();
  const named = (metric: Unlogged, name: string): NamedMetric => {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return { ...metric, logName: count === 0 ? name : `${name}_${count}` };
  };
  return {
    metrics: metrics.map((metric) => named(metric, metric.name)),
    weightedMetrics: weighted.map((metric) => {
      return named(metric, counts.has(metric.name) ? `weighted_${metric.name}` : metric.name);
    }),
  };
}

function nameOf(metric: MetricName | Metric | Loss): string {
  if (typeof metric === "string") return metric;
  return "loggedAs" in metric ? metric.loggedAs : metric.name;
}

function checkList(where: string, list: unknown): MetricsOption {
  if (!Array.isArray(list)) throw new TypeError(`${where}: expected an array, got ${show(list)}`);
  return list;
}

function isLoss(value: unknown): boolean {
  return typeof value === "string" || (typeof value === "object" && value !== null && "targetShape" in value);
}

/** What is said for each output: by its name, or once for the only one. */
function perOutput(where: string, given: unknown, names: readonly string[], isOne: (value: unknown) => boolean) {
  const isForAll = !Array.isArray(given) || given.length === 0 || names.length === 1;
  if (isOne(given) && isForAll) return names.map(() => given);
  if (typeof given !== "object" || given === null) {
    // Says of one value what it should be.
    return names.map(() => given);
  }
  checkNames(where, given, names);
  return names.map((name) => (given as ByOutput<unknown>)[name]);
}

function checkNames(where: string, given: object, names: readonly string[]): void {
  if (Array.isArray(given)) {
    throw new TypeError(`${where}: expected an object by name of the output, ${names.join(", ")}, got ${show(given)}`);
  }
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw new RangeError(`${where}: expected names of outputs, ${names.join(", ")}, got "${name}"`);
  }
}

/** Brings in what the settings need and is not there at once. */
export async function loadCompiled(compiled: Compiled): Promise<void> {
  await compiled.optimizer.load?.();
  await loadMeasures(compiled);
}

/** Brings in losses and metrics that are known by name; undefined if all are there. */
export function loadMeasures({ outputs }: Compiled): Promise<unknown> | undefined {
  const losses = outputs.flatMap(({ loss }) => loss?.load?.() ?? []);
  const metrics = outputs.flatMap((output) => [...output.metrics, ...output.weightedMetrics]);
  const loads = [...losses, ...metrics.flatMap(({ metric }) => metric.load?.() ?? [])];
  return loads.length > 0 ? Promise.all(loads) : undefined;
}
