import { LayerActivation } from "../activations/layerActivation.js";
import { toSnakeCase } from "../base/case.js";
import { checkOptions, show } from "../base/check.js";
import { rawOf } from "../base/raw.js";
import { type DeclaredClass, optionsFromConfig } from "../base/registry.js";
import { replayCalls } from "../graph/graph.js";
import { Layer } from "../layers/base/layer.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { Model } from "./model.js";
import type { ModelOptions } from "./options.js";
import { Sequential } from "./sequential.js";

/**
 * A model of the same layers with weights of its own: first ones, as its seed has them. Names are kept; it has to be compiled.
 * @throws TypeError if it is no model, or has a layer that was not made with `defineLayer`
 */
export function cloneModel<M extends Sequential | Model>(given: M, options: ModelOptions = {}): M {
  checkOptions("cloneModel", options, ["name", "seed"]);
  const model = rawOf(given);
  if (!(model instanceof Sequential || model instanceof Model)) {
    throw new TypeError(`cloneModel: expected a model, got ${show(given)}`);
  }
  return cloneOf(model, { name: model.name, ...options }) as M;
}

function cloneOf(model: Sequential | Model, options: ModelOptions): Sequential | Model {
  const clones = new Map<Layer, Layer>();
  const cloneFor = (layer: Layer): Layer => {
    const known = clones.get(layer);
    if (known) return known;
    const clone = cloneLayer(layer);
    clones.set(layer, clone);
    return clone;
  };
  if (model instanceof Sequential) {
    const first = model.graph?.inputs[0]?.call.layer;
    return new Sequential([...(first ? [cloneFor(first)] : []), ...model.layers.map(cloneFor)], options);
  }
  const { graph, byName, inputNames, outputNames } = model;
  const replaced = new Map<SymbolicTensor, SymbolicTensor>();
  for (const tensor of graph.inputs) replaced.set(tensor, (cloneFor(tensor.call.layer) as InputLayer).tensor);
  replayCalls(graph.calls, replaced, cloneFor, true);
  const find = (tensors: readonly SymbolicTensor[], names: readonly string[] | false) => {
    const found = tensors.map((tensor) => replaced.get(tensor)!);
    return names ? Object.fromEntries(names.map((name, i) => [name, found[i]!])) : found;
  };
  return new Model({
    ...options,
    inputs: find(graph.inputs, byName.inputs && inputNames),
    outputs: find(graph.outputs, byName.outputs && outputNames),
  });
}

function cloneLayer(layer: Layer): Layer {
  if (layer instanceof Sequential || layer instanceof Model) {
    const clone = cloneOf(layer, { name: layer.name });
    if (!layer.trainable) clone.freeze();
    return clone;
  }
  const { name, trainable } = layer;
  if (layer instanceof InputLayer) {
    return new InputLayer({ name, shape: layer.shape.map((size) => (Number.isNaN(size) ? null : size)) });
  }
  const Class = layer.constructor as unknown as DeclaredClass<Layer>;
  if (typeof Class.declared !== "object") {
    throw new TypeError(`cloneModel: expected layers made with defineLayer, got "${name}" of ${layer.className}`);
  }
  const config = layer.config();
  const held: Record<string, Layer> = {};
  for (const [option, { holdsLayer, kerasName }] of Object.entries(Class.declared)) {
    const value = (layer as unknown as Record<string, unknown>)[option];
    const inner = value instanceof LayerActivation ? value.layer : value;
    if (!holdsLayer || !(inner instanceof Layer)) continue;
    held[option] = cloneLayer(inner);
    delete config[kerasName ?? toSnakeCase(option)];
  }
  return new Class({ ...optionsFromConfig(`cloneModel: ${name}`, Class, config), ...held, name, trainable });
}
