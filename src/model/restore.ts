import { show } from "../base/check.js";
import type { Compiled } from "../graph/modelProgram.js";
import type { Network } from "../graph/network.js";
import type { CompiledSnapshot, LayerSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { checkWeights, type NamedWeight } from "../layers/base/variable.js";
import { type Counters, copyCounters } from "./counters.js";

/** What a snapshot is restored into. */
export interface Restorable {
  readonly network: Network;
  readonly compiled: Compiled | undefined;
  readonly counters: Counters;
  /** Who may change weights that are trained just now. */
  readonly trainer: object;
}

/**
 * Takes the weights of a snapshot and what goes on from one `fit` to the next.
 * @returns the state of the optimizer, if both have one: for the caller to take
 * @throws Error, RangeError if it is of another model: then nothing has changed
 */
export function restoreSnapshot(where: string, model: Restorable, snapshot: ModelSnapshot) {
  const { network, counters } = model;
  const { compiled, progress } = snapshot;
  const own = classNames(network.graph.layers.map(({ className }) => className));
  const given = classNames(snapshot.layers.map(({ className }) => className));
  if (own.join() !== given.join()) {
    throw new RangeError(`${where}: expected the layers ${own.join(", ")}, got ${given.join(", ") || "none"}`);
  }
  const { held, all } = network.weights;
  const data = checkWeights(where, all, weightsOf(snapshot.layers, new Set()));
  for (const { variable } of held) variable.checkFree(where, model.trainer);
  const state = model.compiled ? compiled?.state : undefined;
  if (state) checkState(where, model.compiled!, network, compiled!);
  if (model.compiled && progress) {
    for (const option of ["winograd", "relaxed"] as const) {
      const mine = model.compiled[option];
      if (progress[option] === mine) continue;
      throw new Error(`${where}: expected a model trained with ${option} ${mine}, got one with ${progress[option]}`);
    }
  }
  for (const [i, { variable }] of held.entries()) variable.write(data[i]!.slice());
  if (state) {
    const rate = compiled!.optimizer.config.learning_rate;
    const { optimizer } = model.compiled!;
    // A function of the step is in no file; what it has given last is.
    if (typeof rate === "number" && !optimizer.schedule) optimizer.learningRate = rate;
  }
  if (progress) {
    const { winograd, relaxed, ...counted } = progress;
    delete counters.fit;
    delete counters.swapped;
    Object.assign(counters, copyCounters(counted));
  } else if (state) counters.iterations = state.iterations;
  return state;
}

/** Input layers say nothing of weights, and a chain has none among its layers. */
function classNames(names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== "InputLayer");
}

/** Those of all layers in order, each layer once. */
function weightsOf(layers: readonly LayerSnapshot[], seen: Set<unknown>): NamedWeight[] {
  return layers.flatMap((layer) => (layer.model ? weightsOf(layer.model.layers, seen) : layer.weights));
}

function checkState(where: string, own: Compiled, network: Network, { optimizer, state }: CompiledSnapshot): void {
  if (optimizer.className !== own.optimizer.className) {
    throw new Error(`${where}: expected the optimizer ${own.optimizer.className}, got ${optimizer.className}`);
  }
  const { slotNames } = own.optimizer;
  const names = state!.slots.map(({ name }) => name);
  if (names.join() !== slotNames.join()) {
    throw new Error(`${where}: expected the slots ${show(slotNames)} of ${optimizer.className}, got ${show(names)}`);
  }
  const sizes = network.weights.all.filter((weight) => weight.trainable).map(({ size }) => size);
  for (const { name, values } of state!.slots) {
    const got = values.map(({ length }) => length);
    if (got.join() === sizes.join()) continue;
    throw new RangeError(`${where}: expected ${show(sizes)} numbers in the slot ${name}, got ${show(got)}`);
  }
}
