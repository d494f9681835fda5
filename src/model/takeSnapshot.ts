import { checkBoolean, checkOptions } from "../engine/check.js";
import type { Shape } from "../engine/shape.js";
import type { Layer } from "../layers/layer.js";
import { type Counters, copyCounters } from "./counters.js";
import type { Compiled } from "./modelProgram.js";
import type { Runtime, RuntimeState } from "./runtime.js";
import type { CompiledSnapshot, LayerSnapshot, ModelSnapshot } from "./snapshot.js";

/** What a model is made of. */
export interface ModelParts {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly inputShape: Shape | undefined;
  readonly compiled: Compiled | undefined;
}

/** A model without weights and without what training has done. */
export function describeModel({ name, layers, inputShape, compiled }: ModelParts): ModelSnapshot {
  return {
    name,
    inputShape: inputShape && [...inputShape],
    layers: layers.map(describeLayer),
    ...(compiled && { compiled: describeCompiled(compiled) }),
  };
}

function describeLayer(layer: Layer): LayerSnapshot {
  const { className, name, trainable } = layer;
  return { className, config: { name, trainable, ...layer.config() }, weights: [] };
}

function describeCompiled({ optimizer, loss, metrics }: Compiled): CompiledSnapshot {
  return {
    optimizer: { className: optimizer.className, config: optimizer.config() },
    loss: loss.name,
    metrics: [...metrics.keys()].map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  };
}

export interface SnapshotOptions {
  /** Whether to take along what `compile` has set and the optimizer has gathered. Default true. */
  includeOptimizer?: boolean | undefined;
}

/**
 * A model as plain data, of one moment between two steps.
 * @param runtime undefined for a model that has no weights yet
 * @throws TypeError for wrong options
 */
export async function takeSnapshot(
  parts: ModelParts,
  runtime: Runtime | undefined,
  idle: Counters,
  options: SnapshotOptions,
): Promise<ModelSnapshot> {
  checkOptions("snapshot", options, ["includeOptimizer"]);
  const includeOptimizer = checkBoolean("snapshot.includeOptimizer", options.includeOptimizer ?? true);
  const { compiled, ...description } = describeModel(parts);
  const state = await runtime?.takeState();
  const layers = runtime && state ? withWeights(description.layers, runtime, state) : description.layers;
  if (!compiled || !includeOptimizer) return { ...description, layers };
  const { winograd, relaxed } = parts.compiled!;
  return {
    ...description,
    layers,
    compiled:
      state && trainsAsCompiled(runtime!)
        ? { ...compiled, state: { iterations: state.steps, slots: state.slots } }
        : compiled,
    progress: { ...(state?.counters ?? copyCounters(idle)), winograd, relaxed },
  };
}

/**
 * Whether no layer has been frozen or thawed since `compile`. Where one has, the optimizer's state is that of other weights, and the
 * next `compile` starts anew.
 */
function trainsAsCompiled({ network }: Runtime): boolean {
  return network.placed.every(
    ({ layer, weights }) => weights.length === 0 || weights.some(({ trainable }) => trainable) === layer.trainable,
  );
}

function withWeights(layers: readonly LayerSnapshot[], { network }: Runtime, state: RuntimeState): LayerSnapshot[] {
  const left = [...state.weights];
  return layers.map((layer, l) => {
    const { length } = `${layer.config.name}/`;
    const weights = left.splice(0, network.placed[l]!.weights.length);
    return { ...layer, weights: weights.map(({ name, shape, data }) => ({ name: name.slice(length), shape, data })) };
  });
}
