import { show } from "../engine/check.js";
import { copyCounters } from "./counters.js";
import type { Runtime } from "./runtime.js";
import type { CompiledSnapshot, ModelSnapshot } from "./snapshot.js";
import { checkWeights } from "./weights.js";

/**
 * Takes the weights of a snapshot, the optimizer's state if both have one, and what goes on from one `fit` to the next.
 * @throws Error, RangeError if it is of another model: then nothing has changed
 */
export function restoreSnapshot(where: string, runtime: Runtime, { layers, compiled, progress }: ModelSnapshot): void {
  const { network, counters } = runtime;
  const own = network.placed.map(({ layer }) => layer.className);
  const given = layers.map(({ className }) => className);
  if (own.join() !== given.join()) {
    throw new RangeError(`${where}: expected the layers ${own.join(", ")}, got ${given.join(", ") || "none"}`);
  }
  const weights = layers.flatMap((layer) => layer.weights);
  checkWeights(where, network.weights, weights);
  if (runtime.compiled && compiled?.state) checkState(where, runtime, compiled);
  if (runtime.compiled && progress) {
    for (const option of ["winograd", "relaxed"] as const) {
      const mine = runtime.compiled[option];
      if (progress[option] === mine) continue;
      throw new Error(`${where}: expected a model trained with ${option} ${mine}, got one with ${progress[option]}`);
    }
  }
  runtime.setWeights(weights);
  if (runtime.compiled && compiled?.state) {
    const rate = compiled.optimizer.config.learning_rate;
    if (typeof rate === "number") runtime.compiled.optimizer.learningRate = rate;
    runtime.steps = compiled.state.iterations;
    runtime.slots.write(compiled.state.slots);
  }
  if (progress) {
    const { winograd, relaxed, ...counted } = progress;
    delete counters.fit;
    Object.assign(counters, copyCounters(counted));
  } else if (compiled?.state) counters.iterations = compiled.state.iterations;
}

function checkState(where: string, { network, compiled }: Runtime, { optimizer, state }: CompiledSnapshot): void {
  const own = compiled!.optimizer;
  if (optimizer.className !== own.className) {
    throw new Error(`${where}: expected the optimizer ${own.className}, got ${optimizer.className}`);
  }
  const names = state!.slots.map(({ name }) => name);
  if (names.join() !== own.slotNames.join()) {
    throw new Error(`${where}: expected the slots ${show(own.slotNames)} of ${own.className}, got ${show(names)}`);
  }
  const sizes = network.weights.filter((weight) => weight.trainable).map(({ size }) => size);
  for (const { name, values } of state!.slots) {
    const got = values.map(({ length }) => length);
    if (got.join() === sizes.join()) continue;
    throw new RangeError(`${where}: expected ${show(sizes)} numbers in the slot ${name}, got ${show(got)}`);
  }
}
