import { type Shape, sizeOf } from "../engine/program/shape.js";
import { CompositeLayer } from "../graph/composite.js";
import { partsOf } from "../graph/fromSnapshot.js";
import type { LayerSnapshot, ModelSnapshot } from "../graph/snapshot.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph } from "../layers/base/symbolic.js";

/** A weight that a file has to hold. */
export interface ExpectedWeight {
  /** As in its layer: `kernel`. */
  readonly name: string;
  /** With its layer and the models around that: `encoder/conv2d/kernel`. */
  readonly path: string;
  readonly shape: Shape;
  /** Whether training changes it, as its layer and the outermost model stand. */
  readonly trainable: boolean;
  /** Whether training would, if its layer is to be trained. */
  readonly learns: boolean;
}

/** A layer of a model, and what files hold of it. */
export interface ExpectedLayer {
  readonly layer: Layer;
  readonly className: string;
  readonly name: string;
  /** With the models around: `encoder/conv2d`. */
  readonly path: string;
  /** Its own flag. */
  readonly trainable: boolean;
  /** Empty of a model. */
  readonly weights: readonly ExpectedWeight[];
  /** Of a model: its layers. */
  readonly model?: ExpectedModel;
}

export interface ExpectedModel {
  readonly snapshot: ModelSnapshot;
  /** Undefined for a chain that does not know its input. */
  readonly graph: Graph | undefined;
  /** As the snapshot has them. */
  readonly layers: readonly ExpectedLayer[];
  /** Indices of its layers in the order in which a model has them: that of the graph. */
  readonly order: readonly number[];
  /** Of a graph: shapes of what each layer gives out, call by call. */
  readonly shapes: readonly (readonly (readonly (number | null)[])[][])[];
}

/** 2 GiB. More fit no memory beside what works with them: a description that asks for them is refused before anything is made. */
const MOST_NUMBERS = 2 ** 29;

/**
 * The weights of a model by its description, layer by layer. None without an input shape.
 * @throws RangeError if the layers do not fit, or have more than 2^29 weights
 */
export function expectedWeights(snapshot: ModelSnapshot): ExpectedModel {
  const { layers, graph } = partsOf(snapshot);
  const model = expect(snapshot, layers, graph, { path: "", isTrained: snapshot.trainable ?? true });
  const numbers = allWeights(model).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (!(numbers <= MOST_NUMBERS)) throw new RangeError(`model: expected at most 2^29 weights, got ${numbers}`);
  return model;
}

interface Around {
  readonly path: string;
  /** Whether the outermost model is. */
  readonly isTrained: boolean;
}

function expect(
  snapshot: ModelSnapshot,
  layers: readonly Layer[],
  graph: Graph | undefined,
  around: Around,
): ExpectedModel {
  const isGraph = snapshot.className === "Functional";
  const indices = new Map(layers.map((layer, i) => [layer, i]));
  return {
    snapshot,
    graph,
    layers: layers.map((layer, i) => expectLayer(snapshot.layers[i]!, layer, around)),
    order: isGraph ? graph!.layers.map((layer) => indices.get(layer)!) : layers.map((_, i) => i),
    shapes: isGraph ? layers.map(({ calls }) => calls.map(({ outputs }) => outputs.map((tensor) => tensor.shape))) : [],
  };
}

function expectLayer({ model }: LayerSnapshot, layer: Layer, around: Around): ExpectedLayer {
  const { className, name, trainable } = layer;
  const path = around.path + name;
  const head = { layer, className: model?.className ?? className, name, path, trainable };
  if (layer instanceof CompositeLayer) {
    const inside = { ...around, path: `${path}/` };
    return { ...head, weights: [], model: expect(model!, layer.layers, layer.graph, inside) };
  }
  const weights = layer.namedVariables.map(
    ({ name, variable: { shape }, trainable: learns }): ExpectedWeight => ({
      ...{ name, path: `${path}/${name}`, shape },
      ...{ trainable: around.isTrained && trainable && learns, learns },
    }),
  );
  return { ...head, weights };
}

/** Of all layers in order, models inside included. */
export function allWeights({ layers }: ExpectedModel): readonly ExpectedWeight[] {
  return layers.flatMap(({ weights, model }) => (model ? allWeights(model) : weights));
}

/** All layers in order, models inside replaced by theirs. */
export function leafLayers({ layers }: ExpectedModel): readonly ExpectedLayer[] {
  return layers.flatMap((layer) => (layer.model ? leafLayers(layer.model) : [layer]));
}

/** A weight, what an optimizer has gathered for it (three slots at most), its moving average and a gradient that is added up. */
const COPIES = 6;
/** What HDF5 takes for a weight or a layer besides numbers, rounded up generously. */
const OVERHEAD = 2 ** 14;

/** The most bytes that a file of a model's weights has, whatever the optimizer and the numbers' type. */
export function mostWeightBytes(model: ExpectedModel): number {
  const weights = allWeights(model);
  const numbers = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const objects = 64 + countLayers(model) + COPIES * weights.length;
  return OVERHEAD * objects + 8 * COPIES * numbers;
}

function countLayers({ layers }: ExpectedModel): number {
  return layers.reduce((sum, { model }) => sum + 1 + (model ? countLayers(model) : 0), 0);
}

/** The numbers of each weight. */
export type WeightData = ReadonlyMap<ExpectedWeight, Float32Array>;

/** The model with the numbers of its weights, its layers in the order of its graph. */
export function withWeights({ snapshot, layers, order, shapes }: ExpectedModel, data: WeightData): ModelSnapshot {
  const rows = order.map((l): LayerSnapshot => {
    const { calls, ...row } = snapshot.layers[l]!;
    const { weights, model } = layers[l]!;
    return {
      ...row,
      weights: weights.map((weight) => ({ name: weight.name, shape: weight.shape, data: data.get(weight)! })),
      ...(calls && { calls: calls.map((call, c) => ({ ...call, shapes: shapes[l]![c]! })) }),
      ...(model && { model: withWeights(model, data) }),
    };
  });
  return { ...snapshot, layers: rows };
}

/** The numbers that a snapshot has itself. */
export function dataOf(snapshot: ModelSnapshot, { layers }: ExpectedModel): Map<ExpectedWeight, Float32Array> {
  const data = new Map<ExpectedWeight, Float32Array>();
  for (const [l, { weights, model }] of layers.entries()) {
    const row = snapshot.layers[l]!;
    for (const [w, weight] of weights.entries()) data.set(weight, row.weights[w]!.data);
    if (model) for (const [weight, numbers] of dataOf(row.model!, model)) data.set(weight, numbers);
  }
  return data;
}
