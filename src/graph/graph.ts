import type { Layer } from "../layers/base/layer.js";
import { type Call, type Graph, makeCall, type SymbolicTensor } from "../layers/base/symbolic.js";

/**
 * The graph from some tensors to others. The order of layers and calls is Keras' (map_graph in keras/src/ops/function.py): the
 * farthest from an output first, then as they are met on the way from the outputs to the inputs. It follows from the graph alone.
 * @throws RangeError if an output does not come from the inputs, or one name stands for two layers
 */
export function graphOf(where: string, inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Graph {
  const met = callsInOrder(where, inputs, outputs);
  const order = new Map<Layer, number>();
  for (const { layer } of met.begun) if (!order.has(layer)) order.set(layer, order.size);
  const depths = new Map<Call, number>();
  const layerDepths = new Map<Layer, number>();
  for (const call of [...met.finished].reverse()) {
    const depth = Math.max(depths.get(call) ?? 0, layerDepths.get(call.layer) ?? 0);
    depths.set(call, depth);
    layerDepths.set(call.layer, depth);
    if (inputs.some((tensor) => tensor.call === call)) continue;
    for (const { call: before } of call.inputs) depths.set(before, Math.max(depths.get(before) ?? 0, depth + 1));
  }
  // Inputs that no output comes from.
  for (const { call } of inputs) {
    if (depths.has(call)) continue;
    depths.set(call, 0);
    layerDepths.set(call.layer, 0);
    order.set(call.layer, -1);
  }
  const before = (a: Layer, b: Layer) => order.get(a)! - order.get(b)!;
  const layers = [...layerDepths.keys()].sort((a, b) => layerDepths.get(b)! - layerDepths.get(a)! || before(a, b));
  const calls = [...depths.keys()].sort((a, b) => depths.get(b)! - depths.get(a)! || before(a.layer, b.layer));
  checkNames(where, layers);
  return { inputs, outputs, calls, layers };
}

interface Met {
  /** In the order in which they were met first. */
  readonly begun: readonly Call[];
  /** Each after those that it depends on. */
  readonly finished: readonly Call[];
}

/** Walks from the outputs to the inputs, depth first. No recursion: graphs may be thousands of layers deep. */
function callsInOrder(where: string, inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Met {
  const given = new Set(inputs);
  const begun: Call[] = [];
  const finished: Call[] = [];
  const seen = new Set<Call>();
  for (const output of outputs) {
    const stack = [{ call: output.call, isGiven: given.has(output), next: 0 }];
    if (seen.has(output.call)) continue;
    seen.add(output.call);
    begun.push(output.call);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const input = top.isGiven ? undefined : top.call.inputs[top.next++];
      if (!input) {
        if (!top.isGiven && top.call.inputs.length === 0) refuse(where, top.call.layer, inputs);
        finished.push(top.call);
        stack.pop();
      } else if (!seen.has(input.call)) {
        seen.add(input.call);
        begun.push(input.call);
        stack.push({ call: input.call, isGiven: given.has(input), next: 0 });
      }
    }
  }
  return { begun, finished };
}

function refuse(where: string, { name }: Layer, inputs: readonly SymbolicTensor[]): never {
  const names = inputs.map((input) => `"${input.name}"`).join(", ");
  throw new RangeError(
    `${where}: expected outputs that come from the inputs ${names} alone, got one that also needs "${name}"; ` +
      "give that as an input too",
  );
}

function checkNames(where: string, layers: readonly Layer[]): void {
  const byName = new Map<string, Layer>();
  for (const layer of layers) {
    const other = byName.get(layer.name);
    if (other) {
      const kinds = [other, layer].map(({ className }) => className).join(" and ");
      throw new RangeError(`${where}: expected a name for each layer, got "${layer.name}" for two: ${kinds}`);
    }
    byName.set(layer.name, layer);
  }
}

/**
 * The same calls on other tensors: with layers of their own, or the same ones.
 * @param replaced what stands in the place of a tensor
 * @param layerFor the layer to call in place of another
 */
export function replayCalls(
  calls: readonly Call[],
  replaced: Map<SymbolicTensor, SymbolicTensor>,
  layerFor: (layer: Layer) => Layer,
  isOfLayer: boolean,
): void {
  for (const call of calls) {
    if (call.outputs.every((output) => replaced.has(output))) continue;
    const inputs = call.inputs.map((input) => replaced.get(input)!);
    const made = makeCall(layerFor(call.layer), inputs, call.training, isOfLayer);
    for (const [i, output] of call.outputs.entries()) {
      if (!replaced.has(output)) replaced.set(output, made.outputs[i]!);
    }
  }
}
