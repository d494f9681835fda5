import type { Shape } from "../engine/program/shape.js";
import type { Layer } from "../layers/base/layer.js";
import {
  type Call,
  draftCall,
  type Graph,
  makeCall,
  type OpenShape,
  type SymbolicTensor,
} from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/inputLayer.js";
import { graphOf } from "./graph.js";

/**
 * The graph of layers one after the other. Only a layer that was never called remembers the call as its own.
 * @param input the input layer, or the shape of one sample, null or NaN where open
 * @throws RangeError where a layer does not fit: then nothing has changed
 */
export function chainOf(input: InputLayer | OpenShape, layers: readonly Layer[]): Graph {
  const { tensor } = input instanceof InputLayer ? input : inputOf(input);
  link(tensor, layers, draftCall);
  const end = link(tensor, layers, (layer, inputs) => makeCall(layer, inputs, undefined, layer.calls.length === 0));
  return { ...graphOf("Sequential", [tensor], [end]), layers };
}

/** Shape of what layers one after the other give out; nothing changes. @throws RangeError where a layer does not fit */
export function chainShape(input: OpenShape, layers: readonly Layer[]): Shape {
  return link(inputOf(input, "input").tensor, layers, draftCall).sizes;
}

function inputOf(shape: OpenShape, name?: string): InputLayer {
  return new InputLayer({ shape: shape.map((size) => (Number.isNaN(size) ? null : size)), name });
}

function link(
  begin: SymbolicTensor,
  layers: readonly Layer[],
  call: (layer: Layer, inputs: readonly SymbolicTensor[]) => Call,
): SymbolicTensor {
  let tensor = begin;
  for (const layer of layers) {
    const { outputs } = call(layer, [tensor]);
    if (outputs.length > 1) {
      throw new RangeError(`Sequential: expected layers with one output, got "${layer.name}" with ${outputs.length}`);
    }
    tensor = outputs[0]!;
  }
  return tensor;
}
