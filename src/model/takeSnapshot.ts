import { toSnakeCase } from "../base/case.js";
import { checkBoolean, checkOptions } from "../base/check.js";
import type { Options } from "../base/options.js";
import type { Compiled, NamedMetric, OutputSettings } from "../graph/modelProgram.js";
import type { Network } from "../graph/network.js";
import type {
  CallSnapshot,
  CompiledSnapshot,
  LayerSnapshot,
  LossSnapshot,
  MetricSnapshot,
  ModelSnapshot,
  OptimizerState,
  TensorRef,
  Tensors,
} from "../graph/snapshot.js";
import type { Layer } from "../layers/base/layer.js";
import type { Call, Graph, SymbolicTensor } from "../layers/base/symbolic.js";
import { LossMetric } from "../metrics/lossMetric.js";
import { type Counters, copyCounters } from "./counters.js";
import type { Runtime } from "./runtime.js";

/** A model as it describes itself. */
export interface Describable extends Layer {
  readonly layers: readonly Layer[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Of a graph: whether inputs and outputs were given as records. */
  readonly byName?: { readonly inputs: boolean; readonly outputs: boolean };
}

/** A model without weights and without what training has done. */
export function describeModel(model: Describable, compiled?: Compiled): ModelSnapshot {
  return { ...describe(model, () => []), ...(compiled && { compiled: describeCompiled(compiled) }) };
}

function describe(model: Describable, weightsOf: (layer: Layer) => LayerSnapshot["weights"]): ModelSnapshot {
  const { name, trainable, graph } = model;
  const head = { version: 2, name, trainable };
  if (model.className === "Sequential") {
    const inputShape = graph?.inputs[0]?.shape;
    const layers = model.layers.map((layer) => describeLayer(layer, weightsOf));
    return { ...head, className: "Sequential", inputShape, layers };
  }
  const calls = new CallNumbers(graph!);
  return {
    ...head,
    className: "Functional",
    layers: graph!.layers.map((layer) => ({ ...describeLayer(layer, weightsOf), calls: calls.of(layer) })),
    inputs: tensorsOf(calls, graph!.inputs, model.byName?.inputs ? model.inputNames : undefined),
    outputs: tensorsOf(calls, graph!.outputs, model.byName?.outputs ? model.outputNames : undefined),
  };
}

function describeLayer(layer: Layer, weightsOf: (layer: Layer) => LayerSnapshot["weights"]): LayerSnapshot {
  const { className, name, trainable } = layer;
  const row = { className, config: { name, trainable, ...layer.config() }, weights: weightsOf(layer) };
  return isModel(layer) ? { ...row, weights: [], model: describe(layer, weightsOf) } : row;
}

function isModel(layer: Layer): layer is Describable {
  return "outputNames" in layer;
}

/** Which of a layer's calls in a graph is which. */
class CallNumbers {
  readonly #calls = new Map<Layer, Call[]>();

  constructor({ calls }: Graph) {
    for (const call of calls) {
      const known = this.#calls.get(call.layer);
      if (known) known.push(call);
      else this.#calls.set(call.layer, [call]);
    }
    // As they were made, where the layer remembers.
    for (const [layer, list] of this.#calls) {
      const order = (call: Call) => layer.calls.indexOf(call);
      list.sort((a, b) => order(a) - order(b));
    }
  }

  of(layer: Layer): CallSnapshot[] {
    return this.#calls.get(layer)!.map(({ inputs, outputs, training }) => ({
      inputs: inputs.map((tensor) => this.ref(tensor)),
      ...(training !== undefined && { training }),
      shapes: outputs.map(({ shape }) => shape),
    }));
  }

  ref({ call, index }: SymbolicTensor): TensorRef {
    return [call.layer.name, this.#calls.get(call.layer)!.indexOf(call), index];
  }
}

function tensorsOf(
  calls: CallNumbers,
  tensors: readonly SymbolicTensor[],
  names: readonly string[] | undefined,
): Tensors {
  const refs = tensors.map((tensor) => calls.ref(tensor));
  if (names) return Object.fromEntries(names.map((name, i) => [name, refs[i]!]));
  return refs.length === 1 ? refs[0]! : refs;
}

function describeCompiled({ optimizer, outputs }: Compiled): CompiledSnapshot {
  const byOutput = <T>(value: (output: OutputSettings) => T | undefined): T | Record<string, T> => {
    if (outputs.length === 1) return value(outputs[0]!)!;
    const entries = outputs.map((output) => [output.name, value(output)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
  };
  const weights = outputs
    .filter(({ lossWeight }) => lossWeight !== 1)
    .map(({ name, lossWeight }) => [name, lossWeight]);
  const hasWeighted = outputs.some(({ weightedMetrics }) => weightedMetrics.length > 0);
  return {
    optimizer: { className: optimizer.className, config: optimizer.config() },
    loss: byOutput(
      ({ loss }): LossSnapshot | undefined => loss && (loss.isFunction || isPlain(loss) ? loss.name : objectOf(loss)),
    ),
    ...(weights.length > 0 && { lossWeights: Object.fromEntries(weights) }),
    metrics: byOutput(({ metrics }) => metrics.map(describeMetric)),
    ...(hasWeighted && { weightedMetrics: byOutput(({ weightedMetrics }) => weightedMetrics.map(describeMetric)) }),
  };
}

interface Configured {
  readonly className: string;
  readonly name: string;
  config(): Record<string, unknown>;
}

function objectOf(value: Configured) {
  return { className: value.className, config: { name: value.name, ...value.config() } };
}

/** Whether its name says all: not of one that cannot be made without options. */
function isPlain(value: Configured): boolean {
  if (value instanceof LossMetric) return isPlain(value.loss);
  const { declared = {} } = value.constructor as { readonly declared?: Options };
  if (Object.values(declared).some((option) => !("fallback" in option))) return false;
  const fresh = new (value.constructor as new () => Configured)();
  return JSON.stringify(value.config()) === JSON.stringify(fresh.config());
}

function describeMetric({ name, metric }: NamedMetric): MetricSnapshot {
  if (metric.isFunction) return metric.name;
  const given = /^[A-Z]+$/.test(name) ? name : toSnakeCase(name);
  const { loggedAs } = metric;
  if (loggedAs !== metric.name) return { className: metric.className, config: { ...metric.config(), name: loggedAs } };
  return name === metric.name && !isPlain(metric) ? objectOf(metric) : given;
}

/** Options of `snapshot`. */
export interface SnapshotOptions {
  /** Whether to take along what `compile` has set and the optimizer has gathered. Default true. */
  includeOptimizer?: boolean | undefined;
}

/**
 * A model as plain data, of one moment between two steps.
 * @param network undefined before the input is known
 * @param runtime undefined for a model that has not run yet
 * @param restored what the optimizer of such a model has been given
 * @throws TypeError for wrong options
 */
export async function takeSnapshot(
  model: Describable,
  compiled: Compiled | undefined,
  network: Network | undefined,
  runtime: Runtime | undefined,
  idle: Counters,
  restored: OptimizerState | undefined,
  options: SnapshotOptions,
): Promise<ModelSnapshot> {
  checkOptions("snapshot", options, ["includeOptimizer"]);
  const includeOptimizer = checkBoolean("snapshot.includeOptimizer", options.includeOptimizer ?? true);
  const take = () => describe(model, (layer) => layer.getWeights());
  const { description, state } = runtime ? await runtime.takeState(take) : { description: take(), state: undefined };
  if (!compiled || !includeOptimizer) return description;
  const { winograd, relaxed } = compiled;
  const settings = describeCompiled(compiled);
  const optimizer = state ?? (network && idleState(network, compiled, restored));
  return {
    ...description,
    compiled:
      optimizer && trainsAsCompiled(network!)
        ? { ...settings, state: { iterations: optimizer.iterations, slots: optimizer.slots } }
        : settings,
    progress: { ...(state?.counters ?? copyCounters(idle)), winograd, relaxed },
  };
}

/** A copy of what the optimizer of a model that has not run yet has been given, else what it begins with. */
function idleState(network: Network, { optimizer }: Compiled, restored: OptimizerState | undefined): OptimizerState {
  if (restored) return copyState(restored);
  const trained = network.weights.all.filter(({ trainable }) => trainable);
  const values = () => trained.map(({ size }) => new Float32Array(size));
  return { iterations: 0, slots: optimizer.slotNames.map((name) => ({ name, values: values() })) };
}

/** A state that the outside may change as it likes. */
export function copyState({ iterations, slots }: OptimizerState): OptimizerState {
  return { iterations, slots: slots.map(({ name, values }) => ({ name, values: values.map((each) => each.slice()) })) };
}

/**
 * Whether no layer has been frozen or thawed since `compile`. Where one has, the optimizer's state is that of other weights, and the
 * next `compile` starts anew.
 */
function trainsAsCompiled({ weights }: Network): boolean {
  const { held } = weights.renewed();
  return held.every(({ weight }, i) => weight.trainable === weights.held[i]!.weight.trainable);
}
