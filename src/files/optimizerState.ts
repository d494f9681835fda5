import { show } from "../base/check.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import type { CompiledSnapshot, ModelSnapshot, OptimizerState } from "../graph/snapshot.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { readOptimizer } from "../optimizers/read.js";
import type { Hdf5Numbers } from "./hdf5/tree.js";
import type { Hdf5Integer } from "./hdf5/writeHdf5.js";
import { allWeights, type ExpectedModel, type ExpectedWeight, expectedWeights } from "./weightNames.js";

/** A variable of an optimizer as Keras keeps it. */
export interface OptimizerVariable {
  /** `iteration`, `learning_rate`, `dense_kernel_velocity` */
  readonly name: string;
  readonly value: Hdf5Numbers | Hdf5Integer;
}

/** What an optimizer may say of its variables in Keras' files, beside the names of its slots. */
interface KerasLayout extends Pick<Optimizer, "slotNames"> {
  /** Slots of a group alternate from weight to weight. Default: slot by slot. */
  readonly slotGroups?: readonly (readonly string[])[];
  /** Shapes of slots. Default: those of the weights. */
  slotShape?(name: string, shape: Shape, path: string): Shape | undefined;
  /** What gives the learning rate: it is then no variable. */
  readonly schedule?: unknown;
  /** Scalars after all slots. */
  extraVariables?(iterations: number): readonly number[];
}

interface Place {
  readonly slot: string;
  readonly weight: number;
  /** In a file: its numbers stand first in the slot. */
  readonly shape: Shape;
}

/** Which slot of which weight each variable is, in Keras' order. */
function placesOf(layout: KerasLayout, weights: readonly ExpectedWeight[]): readonly Place[] {
  const groups = layout.slotGroups ?? layout.slotNames.map((name) => [name]);
  return groups.flatMap((group) =>
    weights.flatMap(({ shape, path }, weight) =>
      group.flatMap((slot) => {
        const own = layout.slotShape ? layout.slotShape(slot, shape, path) : shape;
        return own ? [{ slot, weight, shape: own }] : [];
      }),
    ),
  );
}

/** In Keras' order: the step, the learning rate, the slots. Empty without a state. */
export function optimizerVariables(snapshot: ModelSnapshot): readonly OptimizerVariable[] {
  const { compiled } = snapshot;
  if (!compiled?.state) return [];
  const { className, config } = compiled.optimizer;
  const { iterations, slots } = compiled.state;
  const optimizer: KerasLayout = readOptimizer(className, config);
  const weights = trainedWeights(expectedWeights(snapshot));
  const rate = config.learning_rate;
  const taken = new Set<string>();
  const unique = (name: string) => {
    let free = name;
    for (let i = 1; taken.has(free); i++) free = `${name}_${i}`;
    taken.add(free);
    return free;
  };
  const slotOf = new Map(slots.map(({ name, values }) => [name, values]));
  return [
    { name: "iteration", value: { integer: iterations } },
    ...(optimizer.schedule === undefined
      ? [{ name: "learning_rate", value: { shape: [], data: Float32Array.of(rate as number) } }]
      : []),
    ...placesOf(optimizer, weights).map(({ slot, weight, shape }) => {
      const { path } = weights[weight]!;
      const name = unique(`${path.replaceAll("/", "_")}_${slot}`);
      return { name, value: { shape, data: slotOf.get(slot)![weight]!.subarray(0, sizeOf(shape)) } };
    }),
    ...(optimizer.extraVariables?.(iterations) ?? []).map((value, i) => ({
      name: unique(`extra_${i}`),
      value: { shape: [], data: Float32Array.of(value) },
    })),
  ];
}

export function trainedWeights(model: ExpectedModel): readonly ExpectedWeight[] {
  return allWeights(model).filter(({ trainable }) => trainable);
}

/** The variables of an optimizer in a file. */
export type SortedVariables =
  /** Keras 3: the step, the learning rate unless a schedule gives it, the slots. */
  | { readonly all: readonly Hdf5Numbers[] }
  | {
      readonly iteration: Hdf5Numbers | undefined;
      readonly learningRate: Hdf5Numbers | undefined;
      readonly slots: readonly Hdf5Numbers[];
      /** Whether they stand slot by slot, whatever Keras 3 does. */
      readonly bySlot?: boolean;
    };

/**
 * Settings of `compile` with the state that these variables hold; without one if there are none.
 * @throws Error if they are not those of this optimizer and these weights
 */
export function withOptimizerState(
  where: string,
  compiled: CompiledSnapshot,
  expected: ExpectedModel,
  variables: SortedVariables,
): CompiledSnapshot {
  const { className, config } = compiled.optimizer;
  const layout: KerasLayout = readOptimizer(className, config);
  const { iteration, learningRate, slots: given, bySlot } = sort(variables, layout);
  if (!iteration) return compiled;
  const rate = learningRate?.data[0];
  const optimizer = rate === undefined ? compiled.optimizer : { className, config: { ...config, learning_rate: rate } };
  // Once more, as the rate comes from the file too.
  readOptimizer(className, optimizer.config);
  const weights = trainedWeights(expected);
  const { slotNames } = layout;
  const places = placesOf(bySlot ? { slotNames } : layout, weights);
  // As Keras writes a model that was compiled and never trained.
  if (given.length === 0 && places.length > 0) return { ...compiled, optimizer };
  const iterations = iteration.data[0] ?? 0;
  if (!Number.isSafeInteger(iterations) || iterations < 0) {
    throw new Error(`${where}: expected the steps that were done, got ${show(iterations)}`);
  }
  const extra = layout.extraVariables?.(iterations).length ?? 0;
  if (given.length !== places.length && given.length !== places.length + extra)
    throw new Error(`${where}: expected ${places.length} slots of ${className}, got ${given.length}`);
  const empty = () => weights.map(({ shape }) => new Float32Array(sizeOf(shape)));
  const values = new Map<string, Float32Array[]>(slotNames.map((name) => [name, empty()]));
  for (const [i, { slot, weight, shape }] of places.entries()) {
    const { name } = weights[weight]!;
    const { shape: got, data } = given[i]!;
    if (got.join() !== shape.join()) {
      throw new Error(`${where}: expected ${show(shape)} for ${slot} of ${name}, got ${show(got)}`);
    }
    values.get(slot)![weight]!.set(data);
  }
  const slots: OptimizerState["slots"] = slotNames.map((name) => ({ name, values: values.get(name)! }));
  return { ...compiled, optimizer, state: { iterations, slots } };
}

function sort(variables: SortedVariables, { schedule }: KerasLayout): Exclude<SortedVariables, { all: unknown }> {
  if (!("all" in variables)) return variables;
  const [iteration, ...rest] = variables.all;
  const hasRate = schedule === undefined;
  return { iteration, learningRate: hasRate ? rest[0] : undefined, slots: hasRate ? rest.slice(1) : rest };
}
