import { InputLayer } from "../layers/inputLayer.js";
import type { Layer } from "../layers/layer.js";
import { type Graph, makeCall, type OpenShape } from "../layers/symbolic.js";
import { graphOf } from "./graph.js";

/**
 * The graph of layers one after the other. Only a layer that was never called remembers the call as its own.
 * @param input the input layer, or the shape of one sample, null or NaN where open
 * @throws RangeError where a layer does not fit
 */
export function chainOf(input: InputLayer | OpenShape, layers: readonly Layer[]): Graph {
  const first =
    input instanceof InputLayer
      ? input
      : new InputLayer({ shape: input.map((size) => (Number.isNaN(size) ? null : size)) });
  const begin = first.tensor;
  let tensor = begin;
  for (const layer of layers) {
    const { outputs } = makeCall(layer, [tensor], undefined, layer.calls.length === 0);
    if (outputs.length > 1) {
      throw new RangeError(`Sequential: expected layers with one output, got "${layer.name}" with ${outputs.length}`);
    }
    tensor = outputs[0]!;
  }
  return { ...graphOf("Sequential", [begin], [tensor]), layers };
}
