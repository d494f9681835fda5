import { show } from "../base/check.js";
import { sizeOf } from "../engine/program/shape.js";
import type { CompiledSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { readOptimizer } from "../optimizers/read.js";
import type { JsonObject } from "./jsonValue.js";
import { isObject, own } from "./jsonValue.js";
import { compileConfig } from "./kerasConfig.js";
import { trainedWeights, withOptimizerState } from "./optimizerState.js";
import type { TfjsNumbers, TfjsWeight } from "./tfjsWeights.js";
import type { ExpectedModel, ExpectedWeight } from "./weightNames.js";

/** An optimizer as TensorFlow.js has it: its own names for the class, for options, and for slots in the order of its files. */
interface Dialect {
  readonly className: string;
  readonly options: Readonly<Record<string, string>>;
  /** Options of ours that are no other there: no other value can be said. */
  readonly fixed?: JsonObject;
  readonly slots: ReadonlyMap<string, string>;
  /** Slots that TensorFlow.js has even where they are not used; zeros then. */
  readonly always?: readonly string[];
  /** What our slots are there, as a factor: with the learning rate in them, or without. */
  readonly factor?: (config: JsonObject) => number;
  /** Whether it cannot take a state in. */
  readonly stateless?: boolean;
}

const RATE = { learning_rate: "learningRate" };
const BETAS = { beta_1: "beta1", beta_2: "beta2", epsilon: "epsilon" };

/** By our class. Of SGD there are two: with momentum, and without. */
const DIALECTS: readonly (readonly [className: string, dialect: Dialect])[] = [
  [
    "RMSprop",
    {
      className: "RMSProp",
      options: { ...RATE, rho: "decay", momentum: "momentum", epsilon: "epsilon", centered: "centered" },
      slots: new Map([
        ["velocity", "rms"],
        ["momentum", "momentum"],
        ["average_gradient", "mg"],
      ]),
      always: ["momentum"],
    },
  ],
  ["SGD", { className: "SGD", options: RATE, fixed: { momentum: 0, nesterov: false }, slots: new Map() }],
  [
    "SGD",
    {
      className: "Momentum",
      options: { ...RATE, momentum: "momentum", nesterov: "useNesterov" },
      slots: new Map([["momentum", "momentum"]]),
      factor: ({ learning_rate }) => -1 / (learning_rate as number),
    },
  ],
  [
    "Adam",
    {
      className: "Adam",
      options: { ...RATE, ...BETAS },
      fixed: { amsgrad: false },
      slots: new Map([
        ["momentum", "m"],
        ["velocity", "v"],
      ]),
    },
  ],
  ["Adamax", { className: "Adamax", options: { ...RATE, ...BETAS }, slots: new Map(), stateless: true }],
  [
    "Adagrad",
    {
      className: "Adagrad",
      options: { ...RATE, initial_accumulator_value: "initialAccumulatorValue" },
      fixed: { epsilon: 1e-7 },
      slots: new Map([["accumulator", "accumulator"]]),
    },
  ],
  [
    "Adadelta",
    {
      className: "Adadelta",
      options: { ...RATE, rho: "rho", epsilon: "epsilon" },
      slots: new Map([
        ["accumulated_grad", "accum_grad"],
        ["accumulated_delta_var", "accum_var"],
      ]),
    },
  ],
];

/** Of what an optimizer is, and whether it has a state, in the words of TensorFlow.js; undefined where it has none for all of it. */
function dialectOf({ className, config }: CompiledSnapshot["optimizer"], hasState: boolean): Dialect | undefined {
  const usual: JsonObject = readOptimizer(className, {}).config();
  return DIALECTS.find(([ours, { options, fixed = {}, stateless = false, factor }]) => {
    if (ours !== className || (stateless && hasState)) return false;
    if (typeof config.learning_rate !== "number" || (factor && config.learning_rate === 0)) return false;
    return Object.entries(config).every(([key, value]) => {
      if (key === "name" || Object.hasOwn(options, key)) return true;
      return value === (Object.hasOwn(fixed, key) ? fixed[key] : usual[key]);
    });
  })?.[1];
}

/** Losses that TensorFlow.js has, by our names, and metrics besides. */
const LOSSES = [
  ...["mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "hinge", "squared_hinge"],
  ...["mean_squared_logarithmic_error", "categorical_hinge", "categorical_crossentropy", "binary_crossentropy"],
  ...["sparse_categorical_crossentropy", "kullback_leibler_divergence", "poisson"],
];
const METRICS = ["accuracy", "acc", "binary_accuracy", "categorical_accuracy", "mse", "mae", "mape"];

const all = (value: unknown) => (isObject(value) ? Object.values(value) : [value]).flat();
const isAmong = (names: readonly string[], value: unknown) =>
  all(value).every((each) => typeof each === "string" && names.includes(each));

/**
 * What `compile` was given in the words of TensorFlow.js; undefined where it trains otherwise.
 * @param names of the outputs in order: TensorFlow.js knows them by others
 */
export function trainingConfig(compiled: CompiledSnapshot, names: readonly string[]): JsonObject | undefined {
  const { optimizer, state, lossWeights } = compiled;
  const dialect = dialectOf(optimizer, state !== undefined);
  const { loss, metrics } = compileConfig(compiled);
  if (!dialect || lossWeights || !isAmong(LOSSES, loss)) return undefined;
  const config = Object.entries(dialect.options).map(([ours, theirs]) => [theirs, optimizer.config[ours]] as const);
  // Of metrics TensorFlow.js loads but one list for all outputs.
  const lists = isObject(metrics) ? Object.values(metrics).map((list) => JSON.stringify(list)) : [];
  const alike = new Set(lists).size === 1 && lists.length === names.length ? Object.values(metrics as object)[0] : [];
  const list = isObject(metrics) ? alike : metrics;
  return {
    ...inOrder({ loss }, names),
    metrics: isAmong(METRICS, list) ? list : [],
    optimizer_config: { class_name: dialect.className, config: Object.fromEntries(config) },
  };
}

/** What TensorFlow.js does not load of it: all, or metrics that it has not or that differ. Undefined where it loads all. */
export function ownSettings(
  compiled: CompiledSnapshot,
  training: JsonObject | undefined,
  names: readonly string[],
): JsonObject | undefined {
  const { loss, loss_weights, metrics, weighted_metrics, ...rest } = compileConfig(compiled);
  const measures = inOrder({ metrics, weighted_metrics }, names);
  if (!training) return { ...rest, ...inOrder({ loss, loss_weights }, names), ...measures };
  const isAll = !weighted_metrics && JSON.stringify(metrics) === JSON.stringify(training.metrics);
  return isAll ? undefined : measures;
}

/** What is said by the names of several outputs as lists. */
function inOrder(settings: JsonObject, names: readonly string[]): JsonObject {
  const list = (value: unknown) =>
    names.length > 1 && isObject(value) && own(value, "class_name") === undefined
      ? names.map((name) => own(value, name) ?? null)
      : value;
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, list(value)]));
}

/** Slots under our names, for what TensorFlow.js has not. */
function ownDialect(slotNames: readonly string[]): Pick<Dialect, "slots" | "always" | "factor"> {
  return { slots: new Map(slotNames.map((name) => [name, name])) };
}

/**
 * The optimizer's state: the step, then slot by slot, in the order of TensorFlow.js where it has the optimizer. Empty without a state.
 * @param isTheirs whether `trainingConfig` says the optimizer
 */
export function optimizerWeights(
  { compiled }: ModelSnapshot,
  expected: ExpectedModel,
  names: ReadonlyMap<ExpectedWeight, string>,
  isTheirs: boolean,
): readonly TfjsWeight[] {
  if (!compiled?.state) return [];
  const { iterations, slots } = compiled.state;
  const { optimizer } = compiled;
  const dialect = isTheirs ? dialectOf(optimizer, true)! : ownDialect(slots.map(({ name }) => name));
  const factor = dialect.factor?.(optimizer.config) ?? 1;
  const group = "optimizer";
  const trainable = trainedWeights(expected).map((weight) => ({ name: names.get(weight)!, shape: weight.shape }));
  const slotWeights = [...dialect.slots].flatMap(([ours, theirs]) => {
    const slot = slots.find(({ name }) => name === ours);
    if (!slot && !dialect.always?.includes(ours)) return [];
    return trainable.map(({ name, shape }, i): TfjsWeight => {
      const values = slot?.values[i] ?? new Float32Array(sizeOf(shape));
      const data = factor === 1 ? values : values.map((value) => value * factor);
      return { name: `${name}/${theirs}`, shape, dtype: "float32", group, data };
    });
  });
  return [{ name: "iter", shape: [], dtype: "int32", group, data: Int32Array.of(iterations) }, ...slotWeights];
}

/** What `compile` was given in Keras' words, from those of TensorFlow.js and our own settings beside them. */
export function toKerasTraining(given: unknown, settings: unknown): unknown {
  const optimizer = own(given, "optimizer_config");
  const kind = own(optimizer, "class_name");
  const taken = own(optimizer, "config");
  // Keras' own words come from its converter.
  const isTheirs = kind === "RMSProp" || own(taken, "learningRate") !== undefined;
  const found = isTheirs && DIALECTS.find(([, { className }]) => className === kind);
  const entries = found ? Object.entries(found[1].options).map(([ours, theirs]) => [ours, own(taken, theirs)]) : [];
  const inKeras = found && {
    optimizer_config: { class_name: found[0], config: { ...found[1].fixed, ...Object.fromEntries(entries) } },
  };
  if (!isObject(given)) return settings;
  // Settings that hold all are from before TensorFlow.js has compiled it.
  const isPart = isObject(settings) && own(settings, "optimizer") === undefined;
  return { ...given, ...(isPart && settings), ...inKeras };
}

/**
 * Settings of `compile` with the state in these weights; without one if there are none.
 * @param isTheirs whether TensorFlow.js has the optimizer
 * @throws Error if they are not those of this optimizer and these weights
 */
export function withOptimizerWeights(
  where: string,
  compiled: CompiledSnapshot,
  expected: ExpectedModel,
  weights: readonly TfjsNumbers[],
  isTheirs: boolean,
): CompiledSnapshot {
  const { className, config } = compiled.optimizer;
  const used = readOptimizer(className, config).slotNames;
  const dialect = (isTheirs && dialectOf(compiled.optimizer, weights.length > 0)) || ownDialect(used);
  const iteration = weights.find(({ name }) => name === "iter");
  if (weights.length > 0 && !iteration) {
    throw new Error(
      `${where}: expected the optimizer's weight iter, got ${weights.map(({ name }) => show(name)).join(", ")}`,
    );
  }
  const factor = dialect.factor?.(config) ?? 1;
  const ofSlots = used.flatMap((slot) =>
    weights
      .filter(({ name }) => name.endsWith(`/${dialect.slots.get(slot)}`))
      .map((weight) => (factor === 1 ? weight : { ...weight, data: weight.data.map((value) => value / factor) })),
  );
  return withOptimizerState(where, compiled, expected, {
    iteration,
    learningRate: undefined,
    slots: ofSlots,
    bySlot: true,
  });
}
