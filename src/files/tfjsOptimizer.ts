import { show } from "../base/check.js";
import { sizeOf } from "../engine/program/shape.js";
import type { CompiledSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { optimizerFromConfig } from "../optimizers/fromConfig.js";
import type { JsonObject } from "./jsonValue.js";
import { isObject, own } from "./jsonValue.js";
import { compileConfig } from "./kerasConfig.js";
import { trainedWeights, withOptimizerState } from "./optimizerState.js";
import type { TfjsNumbers, TfjsWeight } from "./tfjsWeights.js";
import type { ExpectedModel, ExpectedWeight } from "./weightNames.js";

/** An optimizer as TensorFlow.js has it: its own names for the class, for options, and for slots in the order of its files. */
interface Dialect {
  readonly className: string;
  readonly options: ReadonlyMap<string, string>;
  readonly slots: ReadonlyMap<string, string>;
  /** Slots that TensorFlow.js has even where they are not used; zeros then. */
  readonly always: readonly string[];
}

const DIALECTS: ReadonlyMap<string, Dialect> = new Map([
  [
    "RMSprop",
    {
      className: "RMSProp",
      options: new Map([
        ["learning_rate", "learningRate"],
        ["rho", "decay"],
        ["momentum", "momentum"],
        ["epsilon", "epsilon"],
        ["centered", "centered"],
      ]),
      slots: new Map([
        ["velocity", "rms"],
        ["momentum", "momentum"],
        ["average_gradient", "mg"],
      ]),
      always: ["momentum"],
    },
  ],
]);

function dialectOf(className: string): Dialect {
  const dialect = DIALECTS.get(className);
  if (!dialect) {
    throw new RangeError(
      `model.json: expected an optimizer among ${[...DIALECTS.keys()].join(", ")}, got ${className}`,
    );
  }
  return dialect;
}

/**
 * @param names of the outputs in order: TensorFlow.js knows them by others
 * @throws RangeError for an optimizer that TensorFlow.js has not
 */
export function trainingConfig(compiled: CompiledSnapshot, names: readonly string[]): JsonObject {
  const { optimizer } = compiled;
  const { className, options } = dialectOf(optimizer.className);
  const config = [...options].map(([ours, theirs]) => [theirs, optimizer.config[ours]] as const);
  const { loss, metrics } = compileConfig(compiled);
  // Of metrics TensorFlow.js loads but one list for all outputs.
  const lists = isObject(metrics) ? Object.values(metrics).map((list) => JSON.stringify(list)) : [];
  const alike = new Set(lists).size === 1 && lists.length === names.length ? Object.values(metrics as object)[0] : [];
  const inOrder = (value: unknown) =>
    names.length > 1 && isObject(value) ? names.map((name) => own(value, name) ?? null) : value;
  return {
    loss: inOrder(loss),
    metrics: isObject(metrics) ? alike : metrics,
    optimizer_config: { class_name: className, config: Object.fromEntries(config) },
  };
}

/** What TensorFlow.js does not load: weights of losses, and metrics that differ. Undefined for one output. */
export function outputSettings(compiled: CompiledSnapshot, names: readonly string[]): JsonObject | undefined {
  const { loss_weights, metrics, weighted_metrics } = compileConfig(compiled);
  const inOrder = (value: unknown) => (isObject(value) ? names.map((name) => own(value, name) ?? null) : value);
  if (names.length === 1) return undefined;
  return {
    loss_weights: inOrder(loss_weights),
    metrics: inOrder(metrics),
    weighted_metrics: inOrder(weighted_metrics),
  };
}

/** The optimizer's state in the order of TensorFlow.js: the step, then slot by slot. Empty without a state. */
export function optimizerWeights(
  { compiled }: ModelSnapshot,
  expected: ExpectedModel,
  names: ReadonlyMap<ExpectedWeight, string>,
): readonly TfjsWeight[] {
  if (!compiled?.state) return [];
  const { iterations, slots } = compiled.state;
  const dialect = dialectOf(compiled.optimizer.className);
  const group = "optimizer";
  const trainable = trainedWeights(expected).map((weight) => ({ name: names.get(weight)!, shape: weight.shape }));
  const slotWeights = [...dialect.slots].flatMap(([ours, theirs]) => {
    const slot = slots.find(({ name }) => name === ours);
    if (!slot && !dialect.always.includes(ours)) return [];
    return trainable.map(({ name, shape }, i): TfjsWeight => {
      const data = slot?.values[i] ?? new Float32Array(sizeOf(shape));
      return { name: `${name}/${theirs}`, shape, dtype: "float32", group, data };
    });
  });
  return [{ name: "iter", shape: [], dtype: "int32", group, data: Int32Array.of(iterations) }, ...slotWeights];
}

/** A training config with its optimizer in Keras' words, where it is in those of TensorFlow.js. */
export function toKerasTraining(given: unknown, settings: unknown): unknown {
  const config = isObject(given) && isObject(settings) ? { ...given, ...settings } : given;
  const optimizer = own(config, "optimizer_config");
  for (const [kerasName, { className, options }] of DIALECTS) {
    if (own(optimizer, "class_name") !== className) continue;
    const taken = own(optimizer, "config");
    const entries = [...options].map(([ours, theirs]) => [ours, own(taken, theirs)] as const);
    const inKeras = { class_name: kerasName, config: Object.fromEntries(entries) };
    return { ...(config as JsonObject), optimizer_config: inKeras };
  }
  return config;
}

/**
 * Settings of `compile` with the state in these weights; without one if there are none.
 * @throws Error if they are not those of this optimizer and these weights
 */
export function withOptimizerWeights(
  where: string,
  compiled: CompiledSnapshot,
  expected: ExpectedModel,
  weights: readonly TfjsNumbers[],
): CompiledSnapshot {
  const { className, config } = compiled.optimizer;
  const { slots } = dialectOf(className);
  const iteration = weights.find(({ name }) => name === "iter");
  if (weights.length > 0 && !iteration) {
    throw new Error(
      `${where}: expected the optimizer's weight iter, got ${weights.map(({ name }) => show(name)).join(", ")}`,
    );
  }
  const used = optimizerFromConfig(className, config).slotNames;
  const ofSlots = used.flatMap((slot) => weights.filter(({ name }) => name.endsWith(`/${slots.get(slot)}`)));
  return withOptimizerState(where, compiled, expected, {
    iteration,
    learningRate: undefined,
    slots: ofSlots,
    bySlot: true,
  });
}
