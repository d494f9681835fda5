import type { Activation } from "../../activations/activation.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Weight } from "../../engine/program/weight.js";
import type { Follower, Layer } from "./layer.js";

/** What a layer with a kernel takes over from those that follow it. */
export interface Folding {
  /** What scales and shifts its outputs at inference, with its weights. */
  readonly normalization: Follower | undefined;
  /** The layer's own activation, or the relu that follows. */
  readonly activation: Activation;
  /** How many followers that are. */
  readonly count: number;
}

/** What of the followers can be part of a layer that ends with this activation, as at inference or in training. */
export function foldable(activation: Activation, followers: readonly Follower[], training: boolean): Folding {
  const none = { normalization: undefined, activation, count: 0 };
  if (training || activation.name !== "linear") return none;
  let rest = followers;
  const [first] = followers;
  const normalization = first?.layer.foldInto && !first.training && isOnLastAxis(first.layer) ? first : undefined;
  if (normalization) rest = rest.slice(1);
  const next = rest[0]?.training === false ? rest[0].layer.bounding?.() : undefined;
  const count = followers.length - rest.length + Number(next !== undefined);
  return { normalization, activation: next ?? activation, count };
}

/** Records layers one after the other, each as it is. */
export function recordInTurn(
  program: ProgramBuilder,
  layers: readonly { readonly layer: Layer; readonly weights: readonly Weight[] }[],
  inputs: readonly Region[],
): Recorded {
  return { outputs: layers.reduce((xs, { layer, weights }) => program.apply(layer, xs, weights), inputs) };
}

/** Kernel and bias, of n outputs, with what follows in them. */
export function foldWeights(
  program: ProgramBuilder,
  weights: readonly Weight[],
  follower: Follower,
  n: number,
): readonly Weight[] {
  return follower.layer.foldInto!(program, weights, follower.weights, n);
}

/** Of layers with an axis: whether that is the last one, as the outputs of what is before them lie there. */
function isOnLastAxis(layer: Layer): boolean {
  const { axis = -1 } = layer as { readonly axis?: unknown };
  return axis === -1 || axis === layer.calls.at(-1)?.inputs[0]?.sizes.length;
}
