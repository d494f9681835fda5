import { type Shape, sizeOf } from "../engine/shape.js";
import { partsOf } from "../graph/fromSnapshot.js";
import type { LayerSnapshot, ModelSnapshot } from "../graph/snapshot.js";

/** A weight that a file has to hold. */
export interface ExpectedWeight {
  /** As in its layer: `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  readonly trainable: boolean;
}

/** 2 GiB. More fit no memory beside what works with them: a description that asks for them is refused before anything is made. */
const MOST_NUMBERS = 2 ** 29;

/**
 * The weights of a model by its description, layer by layer. None without an input shape.
 * @throws RangeError if the layers do not fit, or have more than 2^29 weights
 */
export function expectedWeights(model: ModelSnapshot): readonly (readonly ExpectedWeight[])[] {
  const { layers, graph } = partsOf(model);
  if (!graph) return layers.map(() => []);
  const numbers = layers.flatMap(({ variables }) => variables).reduce((sum, { size }) => sum + size, 0);
  if (!(numbers <= MOST_NUMBERS)) throw new RangeError(`model: expected at most 2^29 weights, got ${numbers}`);
  return layers.map(({ variables, trainable: learns }) =>
    variables.map(({ name, shape, trainable }) => ({ name, shape, trainable: learns && trainable })),
  );
}

/** A weight, what an optimizer has gathered for it (three slots at most), its moving average and a gradient that is added up. */
const COPIES = 6;
/** What HDF5 takes for a weight or a layer besides numbers, rounded up generously. */
const OVERHEAD = 2 ** 14;

/** The most bytes that a file of a model's weights has, whatever the optimizer and the numbers' type. */
export function mostWeightBytes(model: ModelSnapshot): number {
  const layers = expectedWeights(model);
  const numbers = layers.flat().reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const objects = 64 + layers.length + COPIES * layers.flat().length;
  return OVERHEAD * objects + 8 * COPIES * numbers;
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
