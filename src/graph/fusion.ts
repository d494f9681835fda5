import type { Follower } from "../layers/base/layer.js";
import { type Node, type Unit, unitOf } from "./node.js";

/** More than any layer takes. */
const MOST_FOLLOWERS = 4;

/** Puts nodes together with those that follow them, where a layer says that one pass over the data can do for all. */
export function fuse(
  network: { readonly nodes: readonly Node[]; readonly outputs: readonly number[] },
  training: boolean,
): readonly Unit[] {
  const consumers = new Map<number, Node[]>();
  for (const node of network.nodes) {
    for (const value of node.inputs) consumers.set(value, [...(consumers.get(value) ?? []), node]);
  }
  const kept = new Set(network.outputs);
  /** The nodes that follow one, each the only one to take what the one before gives out. */
  const followersOf = (node: Node): Node[] => {
    const followers: Node[] = [];
    for (let last = node; followers.length < MOST_FOLLOWERS; ) {
      const [value, ...others] = last.outputs;
      const [next, ...more] = consumers.get(value!) ?? [];
      if (!next || more.length > 0 || others.length > 0 || kept.has(value!) || next.inputs.length > 1) break;
      followers.push(next);
      last = next;
    }
    return followers;
  };
  const units: Unit[] = [];
  const done = new Set<Node>();
  for (const node of network.nodes) {
    if (done.has(node)) continue;
    const followers = followersOf(node);
    const given = followers.map(
      ({ layer, weights, training: own }): Follower => ({ layer, weights, training: own ?? training }),
    );
    const fused = node.layer.fuse(given, node.training ?? training);
    if (!fused) {
      units.push(unitOf(node));
      continue;
    }
    const taken = followers.slice(0, fused.count);
    for (const each of taken) done.add(each);
    units.push({
      ...unitOf(node),
      recordable: { name: node.layer.name, record: (program, inputs) => fused.record(program, inputs, node.weights) },
      weights: [...node.weights, ...taken.flatMap(({ weights }) => weights)],
      outputs: taken.at(-1)!.outputs,
    });
  }
  return units;
}
