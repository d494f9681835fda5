import { checkBoolean, checkOptions, show } from "../engine/check.js";
import { formatShape, type Shape } from "../engine/shape.js";
import type { Layer } from "./layer.js";

/** Sizes of the axes of one sample; null for a size that is open until data comes. */
export type OpenShape = readonly (number | null)[];

export interface ApplyOptions {
  /**
   * False: the layer always computes as at inference, as Keras' `layer(x, training=False)`: dropout drops nothing, batch
   * normalisation takes its moving statistics. Its weights are trained all the same. Default: as the model runs.
   */
  training?: boolean;
}

/** One call of a layer on tensors: a node of the graph. */
export interface Call {
  readonly layer: Layer;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** What was said of it; undefined: as the model runs. */
  readonly training: boolean | undefined;
}

/** What a layer gives out in a graph, before there are any numbers. */
export class SymbolicTensor {
  /**
   * @param sizes of one sample, NaN where open
   * @param call the node that it comes from
   * @param index which of the node's outputs it is
   */
  constructor(
    readonly sizes: Shape,
    readonly call: Call,
    readonly index: number,
  ) {}

  /** Of one sample, null where open. */
  get shape(): OpenShape {
    return this.sizes.map((size) => (Number.isNaN(size) ? null : size));
  }

  /** Of the layer that it comes from. */
  get name(): string {
    return this.call.layer.name;
  }
}

/** @throws TypeError unless it is a tensor or an array of at least one */
export function checkTensors(where: string, value: unknown): readonly SymbolicTensor[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new TypeError(`${where}: expected at least one tensor, got none`);
  for (const each of list) {
    if (each instanceof SymbolicTensor) continue;
    throw new TypeError(
      `${where}: expected what input() or a layer's apply() gives, got ${show(each)}; numbers go to predict and fit`,
    );
  }
  return list as readonly SymbolicTensor[];
}

/** A graph from some tensors to others: what a model is made of. */
export interface Graph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** Each before those that take what it gives out; with those of the inputs. */
  readonly calls: readonly Call[];
  /** In Keras' order, which is that of the weights. */
  readonly layers: readonly Layer[];
}

/**
 * A node with a layer's outputs; the layer gets its weights.
 * @throws RangeError if the shapes do not fit: then nothing has changed
 */
export function makeCall(layer: Layer, inputs: readonly SymbolicTensor[], training?: boolean, isOfLayer = true): Call {
  const shapes = inputs.map(({ sizes }) => sizes);
  let outputs: readonly Shape[];
  try {
    outputs = training === false ? layer.inferenceShapes(shapes) : layer.outputShapes(shapes);
    layer.build(shapes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const came = inputs.length > 0 ? `; shapes: ${pathsOf(inputs)}` : "";
    throw new RangeError(`layer "${layer.name}": ${error.message}${came}`, { cause: error });
  }
  const tensors: SymbolicTensor[] = [];
  const call: Call = { layer, inputs, outputs: tensors, training };
  for (const [i, shape] of outputs.entries()) tensors.push(new SymbolicTensor(shape, call, i));
  if (isOfLayer) layer.calls.push(call);
  return call;
}

/** What `layer.apply` does. @throws TypeError, RangeError: then nothing has changed */
export function applyLayer(layer: Layer, given: unknown, options: ApplyOptions): readonly SymbolicTensor[] {
  const where = `layer "${layer.name}".apply`;
  const inputs = checkTensors(where, given);
  checkOptions(where, options, ["training"]);
  const { training } = options;
  if (training !== undefined) checkBoolean(`${where}.training`, training);
  return makeCall(layer, inputs, training).outputs;
}

/** How each input came about: `image (28, 28, 1) -> conv2d (26, 26, 32)`. */
function pathsOf(inputs: readonly SymbolicTensor[]): string {
  const path = (tensor: SymbolicTensor): string => {
    const steps: string[] = [];
    for (let t: SymbolicTensor | undefined = tensor; t && steps.length < 12; t = t.call.inputs[0]) {
      steps.unshift(`${t.name} ${formatShape(t.shape.map((size) => size ?? "None"))}`);
    }
    return steps.join(" -> ");
  };
  return inputs.map(path).join(" and ");
}
