import type { Sequential } from "wasm-cnn";
import type { ModelSnapshot } from "../../dist/model/snapshot.js";

/** What the formats write of a model that is not compiled. */
export function snapshotOf(model: Sequential): ModelSnapshot {
  const weights = model.getWeights();
  return {
    name: model.name,
    inputShape: model.layers[0]!.inputShape,
    layers: model.layers.map((layer) => ({
      className: layer.className,
      config: { name: layer.name, trainable: layer.trainable, ...layer.config() },
      weights: weights
        .filter(({ name }) => name.startsWith(`${layer.name}/`))
        .map((weight) => ({ ...weight, name: weight.name.slice(layer.name.length + 1) })),
    })),
  };
}
