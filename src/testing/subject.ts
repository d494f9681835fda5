import { fillWeight } from "../engine/memory/initialize.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import { Weight, type WeightRegularizer } from "../engine/program/weight.js";
import { graphOf } from "../graph/graph.js";
import { Network } from "../graph/network.js";
import type { Layer } from "../layers/base/layer.js";
import { makeCall } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";

/** What can be recorded for one step: a layer, or a model taken apart. */
export interface Subject {
  readonly name: string;
  readonly weights: readonly Weight[];
  /** Of the weights, as `getWeights` has them. */
  readonly weightNames: readonly string[];
  readonly regularizers: readonly (WeightRegularizer | undefined)[];
  /** Brings in what the rest needs. */
  load(): Promise<void>;
  /** Whether a weight has numbers of its own, as in a model. */
  hasNumbers(index: number): boolean;
  /** Numbers of a weight: its own, else as initialised. */
  start(index: number, seed: number): Float32Array;
  record(program: ProgramBuilder, inputs: readonly Region[]): readonly Region[];
}

export interface SubjectOptions {
  /** Place of the layer in its model. Default 0. */
  readonly position?: number | undefined;
  /** Whether it behaves as at inference. Default false. */
  readonly inference?: boolean | undefined;
}

/** @param shapes of the inputs, per sample @throws RangeError where they do not fit */
export function subjectOf(layer: Layer, shapes: readonly Shape[], options: SubjectOptions = {}): Subject {
  return layer.graph ? modelSubject(layer, shapes, options) : layerSubject(layer, shapes, options);
}

/** A layer by itself: it gets no weights of its own. */
function layerSubject(layer: Layer, shapes: readonly Shape[], { position = 0, inference }: SubjectOptions): Subject {
  const specs = layer.checkInputs(shapes);
  const weights = specs.map(
    ({ name, shape, trainable = true }) => new Weight(name, shape, layer.trainable && trainable),
  );
  return {
    name: layer.name,
    weights,
    weightNames: specs.map(({ name }) => name),
    regularizers: specs.map(({ regularizer }) => regularizer),
    load: () => layer.load(),
    hasNumbers: () => false,
    start: (i, seed) => fillWeight(specs[i]!.initializer, specs[i]!.shape, seed, [position, i]),
    record(program, inputs) {
      program.position = position;
      program.trainable = layer.trainable;
      if (inference) program.training = false;
      return program.apply(layer, inputs, weights);
    },
  };
}

function modelSubject(model: Layer, shapes: readonly Shape[], { inference }: SubjectOptions): Subject {
  const inputs = shapes.map((shape) => new InputLayer({ shape }).tensor);
  const { outputs } = makeCall(model, inputs, inference ? false : undefined, false);
  const network = new Network(graphOf("gradcheck", inputs, outputs), shapes);
  const { held } = network.weights;
  return {
    name: model.name,
    weights: held.map(({ weight }) => weight),
    // Without the name of the model.
    weightNames: held.map(({ weight }) => weight.name.slice(model.name.length + 1)),
    regularizers: held.map(({ variable }) => variable.regularizer),
    load: () => network.load(),
    hasNumbers: (i) => held[i]!.variable.hasValue,
    start(i, seed) {
      const { variable } = held[i]!;
      return variable.hasValue
        ? variable.read().slice()
        : fillWeight(variable.initializer, variable.shape, seed, [0, i]);
    },
    record: (program, regions) => network.record(program, regions),
  };
}

/** Numbers in (-1, 1), no two closer than 1 / size: no ties for maxima, and none of an even number of them is 0. */
export function distinct(shape: Shape, order: Uint32Array): Float32Array {
  const size = sizeOf(shape);
  return Float32Array.from(order, (place) => (2 * place + 1) / size - 1);
}
