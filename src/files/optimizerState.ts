import { show } from "../engine/check.js";
import type { CompiledSnapshot, ModelSnapshot, OptimizerState } from "../graph/snapshot.js";
import { optimizerFromConfig } from "../optimizers/fromConfig.js";
import type { Hdf5Numbers } from "./hdf5/tree.js";
import type { Hdf5Integer } from "./hdf5/writeHdf5.js";
import { type ExpectedWeight, expectedWeights } from "./weightNames.js";

/** A variable of an optimizer as Keras keeps it. */
export interface OptimizerVariable {
  /** `iteration`, `learning_rate`, `dense_kernel_velocity` */
  readonly name: string;
  readonly value: Hdf5Numbers | Hdf5Integer;
}

/** In Keras' order: the step, the learning rate, then slot by slot. Empty without a state. */
export function optimizerVariables(snapshot: ModelSnapshot): readonly OptimizerVariable[] {
  const { compiled, layers } = snapshot;
  if (!compiled?.state) return [];
  const trainable = expectedWeights(snapshot).flatMap((weights, l) =>
    weights
      .filter((weight) => weight.trainable)
      .map(({ name, shape }) => ({ name: `${layers[l]!.config.name}_${name}`, shape })),
  );
  const learningRate = Float32Array.of(compiled.optimizer.config.learning_rate as number);
  return [
    { name: "iteration", value: { integer: compiled.state.iterations } },
    { name: "learning_rate", value: { shape: [], data: learningRate } },
    ...compiled.state.slots.flatMap((slot) =>
      trainable.map(({ name, shape }, i) => ({
        name: `${name}_${slot.name}`,
        value: { shape, data: slot.values[i]! },
      })),
    ),
  ];
}

/**
 * Settings of `compile` with the state that these variables hold; without one if there are none.
 * @param variables in Keras' order
 * @throws Error if they are not those of this optimizer and these weights
 */
export function withOptimizerState(
  where: string,
  compiled: CompiledSnapshot,
  expected: readonly (readonly ExpectedWeight[])[],
  { iteration, learningRate, slots: given }: SortedVariables,
): CompiledSnapshot {
  if (!iteration) return compiled;
  const { className, config } = compiled.optimizer;
  const trainable = expected.flat().filter((weight) => weight.trainable);
  const { slotNames } = optimizerFromConfig(className, config);
  const wanted = slotNames.length * trainable.length;
  const rate = learningRate?.data[0];
  const optimizer = rate === undefined ? compiled.optimizer : { className, config: { ...config, learning_rate: rate } };
  // Once more, as the rate comes from the file too.
  optimizerFromConfig(className, optimizer.config);
  // As Keras writes a model that was compiled and never trained.
  if (given.length === 0 && wanted > 0) return { ...compiled, optimizer };
  if (given.length !== wanted)
    throw new Error(`${where}: expected ${wanted} slots of ${className}, got ${given.length}`);
  const iterations = iteration.data[0] ?? 0;
  if (!Number.isSafeInteger(iterations) || iterations < 0) {
    throw new Error(`${where}: expected the steps that were done, got ${show(iterations)}`);
  }
  const slots: OptimizerState["slots"] = slotNames.map((name, s) => ({
    name,
    values: trainable.map((weight, i) => {
      const { shape, data } = given[s * trainable.length + i]!;
      if (shape.join() !== weight.shape.join()) {
        throw new Error(`${where}: expected ${show(weight.shape)} for ${name} of ${weight.name}, got ${show(shape)}`);
      }
      return Float32Array.from(data);
    }),
  }));
  return { ...compiled, optimizer, state: { iterations, slots } };
}

export interface SortedVariables {
  readonly iteration: Hdf5Numbers | undefined;
  readonly learningRate: Hdf5Numbers | undefined;
  readonly slots: readonly Hdf5Numbers[];
}
