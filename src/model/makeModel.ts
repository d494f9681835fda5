// A model as plain data becomes one.

import { ifOwn } from "../base/registered.js";
import type { ReadOptions } from "../files/compileSettings.js";
import { eachOutput } from "../files/kerasConfig.js";
import { expectedWeights } from "../files/weightNames.js";
import { type ModelParts, partsOf } from "../graph/fromSnapshot.js";
import type { LossSnapshot, MetricSnapshot, MetricsSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import { ForeignInitializer } from "../initializers/foreignInitializer.js";
import type { Layer } from "../layers/base/layer.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { lossRegistry } from "../losses/resolve.js";
import { metricRegistry } from "../metrics/resolve.js";
import { readOptimizer } from "../optimizers/read.js";
import type { CompileOptions } from "./compile.js";
import { Model, type TensorsOption } from "./model.js";
import { Sequential } from "./sequential.js";

/** What files hold: a chain of layers, or a graph. */
export type LoadedModel = Sequential | Model;

/** @param options `compile` true: settings of compile that do not fit the model are an error, else a note */
export function modelOf(snapshot: ModelSnapshot, { compile }: ReadOptions): LoadedModel {
  const { progress, notes = [] } = snapshot;
  const hasWeights = holdsWeights(snapshot);
  // What a file asks for has been checked against what it holds; a description alone may ask for anything.
  if (!hasWeights) expectedWeights(snapshot);
  const model = makeModel(snapshot, partsOf(snapshot, makeModel), progress?.seed);
  if (!hasWeights) checkInitializers(model.layers);
  const problems = [...notes];
  try {
    compileAs(model, snapshot);
  } catch (error) {
    if (compile) throw error;
    problems.push((error as Error).message);
  }
  if (hasWeights) model.restore(snapshot);
  return Object.assign(model, { loadNotes: Object.freeze(problems) });
}

function holdsWeights({ layers }: ModelSnapshot): boolean {
  return layers.some(({ weights, model }) => weights.length > 0 || (model && holdsWeights(model)));
}

function makeModel({ className, name, trainable }: ModelSnapshot, parts: ModelParts, seed?: number): LoadedModel {
  const options = { name, ...(seed !== undefined && { seed }) };
  const { layers, graph, inputNames, outputNames } = parts;
  const model =
    className === "Functional"
      ? new Model({
          ...options,
          inputs: byName(inputNames, graph!.inputs),
          outputs: byName(outputNames, graph!.outputs),
        })
      : new Sequential(layers, options, graph);
  // Its layers have their own settings.
  if (trainable === false) model.freeze();
  return model;
}

function byName(names: readonly string[] | undefined, tensors: readonly SymbolicTensor[]): TensorsOption {
  return names ? Object.fromEntries(names.map((name, i) => [name, tensors[i]!])) : tensors;
}

function compileAs(model: LoadedModel, { compiled, progress }: ModelSnapshot): void {
  if (!compiled) return;
  model.compile({
    optimizer: readOptimizer(compiled.optimizer.className, compiled.optimizer.config),
    loss: eachOutput(compiled.loss, (loss) => lossFrom(loss as LossSnapshot)) as CompileOptions["loss"],
    lossWeights: compiled.lossWeights,
    metrics: metricsFrom(compiled.metrics),
    weightedMetrics: compiled.weightedMetrics && metricsFrom(compiled.weightedMetrics),
    ...(progress && { winograd: progress.winograd, relaxed: progress.relaxed }),
  });
}

function lossFrom(loss: LossSnapshot) {
  return typeof loss === "string" ? loss : lossRegistry.part.lossFromConfig(loss.className, loss.config);
}

function metricsFrom(given: MetricsSnapshot): CompileOptions["metrics"] {
  return eachOutput(given, (list) =>
    (list as readonly MetricSnapshot[]).map((metric) =>
      typeof metric === "string" ? metric : metricRegistry.part.metricFromConfig(metric.className, metric.config),
    ),
  ) as CompileOptions["metrics"];
}

/** @throws Error if the weights of a layer are to be made by an initializer that is not among ours */
function checkInitializers(layers: readonly Layer[]): void {
  const all: unknown[] = layers.flatMap((layer) => Object.values(layer));
  const foreign = all.filter((value) => value instanceof ForeignInitializer).map(({ className }) => className);
  if (foreign.length === 0) return;
  const names = [...new Set(foreign)].join(", ");
  throw new Error(
    `model: expected weights, or initializers that are known here, got ${names} alone${ifOwn("initializer")}`,
  );
}
