import type { Shape } from "../engine/shape.js";
import { layerFromConfig } from "../layers/fromConfig.js";
import { Network } from "../model/network.js";
import type { LayerSnapshot, ModelSnapshot } from "../model/snapshot.js";

/** A weight that a file has to hold. */
export interface ExpectedWeight {
  /** As in its layer: `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  readonly trainable: boolean;
}

/** More numbers than these fit no memory: a description that asks for them is refused before anything is made. */
const MOST_NUMBERS = 2 ** 29;

/**
 * The weights of a model by its description, layer by layer. None without an input shape.
 * @throws RangeError if the layers do not fit
 */
export function expectedWeights({ layers, inputShape }: ModelSnapshot): readonly (readonly ExpectedWeight[])[] {
  if (!inputShape) return layers.map(() => []);
  const made = layers.map(({ className, config }) => layerFromConfig(className, config));
  const { placed, weights } = new Network(made, inputShape);
  const numbers = weights.reduce((sum, { size }) => sum + size, 0);
  if (!(numbers <= MOST_NUMBERS)) throw new RangeError(`model: expected at most 2^29 weights, got ${numbers}`);
  return placed.map(({ layer, weights }) =>
    weights.map(({ name, shape, trainable }) => ({ name: name.slice(layer.name.length + 1), shape, trainable })),
  );
}

/** Layers with the numbers of their weights, layer by layer. */
export function withWeights(
  layers: readonly LayerSnapshot[],
  expected: readonly (readonly ExpectedWeight[])[],
  data: readonly (readonly Float32Array[])[],
): readonly LayerSnapshot[] {
  return layers.map((layer, l) => ({
    ...layer,
    weights: expected[l]!.map(({ name, shape }, w) => ({ name, shape, data: data[l]![w]! })),
  }));
}
