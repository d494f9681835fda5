import type { Activation } from "../../activations/activation.js";
import { lazyPack } from "../../engine/kernels/kernels.js";
import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight } from "../../engine/program/weight.js";
import type { Follower, Layer } from "./layer.js";

const pack = /* @__PURE__ */ lazyPack(
  async () => (await import("../../engine/kernels/packs/foldNormalization.generated.js")).foldNormalization,
);

/** What a layer with a kernel takes over from those that follow it. */
export interface Folding {
  /** Batch normalisation as at inference, with its weights. */
  readonly normalization: Follower | undefined;
  /** Whether a relu follows, or is the layer's own activation. */
  readonly relu: boolean;
  /** How many followers that are. */
  readonly count: number;
}

/** What of the followers can be part of a layer that ends with this activation, as at inference or in training. */
export function foldable(activation: Activation, followers: readonly Follower[], training: boolean): Folding {
  const none = { normalization: undefined, relu: activation.name === "relu", count: 0 };
  if (training || activation.name !== "linear") return none;
  let rest = followers;
  const [first] = followers;
  const normalization = first && isNormalization(first) ? first : undefined;
  if (normalization) rest = rest.slice(1);
  const relu = rest[0] !== undefined && !rest[0].training && isRelu(rest[0].layer);
  return { normalization, relu, count: followers.length - rest.length + Number(relu) };
}

/** Batch normalisation (of the last axis, as there is no other) that behaves as at inference. */
function isNormalization({ layer, training }: Follower): boolean {
  return !training && layer.className === "BatchNormalization";
}

/** A layer that is nothing but a relu. */
function isRelu(layer: Layer): boolean {
  if (layer.className === "Activation") return (optionsOf(layer).activation as Activation).name === "relu";
  const { maxValue, negativeSlope, threshold } = optionsOf(layer);
  return layer.className === "ReLU" && maxValue === null && negativeSlope === 0 && threshold === 0;
}

function optionsOf(layer: Layer): Readonly<Record<string, unknown>> {
  return layer as unknown as Readonly<Record<string, unknown>>;
}

/** Kernel (..., n) and bias (n) with the normalisation of the layer's n outputs in them: made when the weights have changed. */
export function foldWeights(
  program: ProgramBuilder,
  [kernel, bias]: readonly (Weight | undefined)[],
  { layer, weights }: Follower,
  n: number,
): readonly [Weight, Weight] {
  const { scale: hasGamma, center: hasBeta } = optionsOf(layer);
  const rest = [...weights];
  const gamma = hasGamma ? rest.shift()! : 0;
  const beta = hasBeta ? rest.shift()! : 0;
  const [mean, variance] = rest;
  const epsilon = optionsOf(layer).epsilon as number;
  const scale = program.prepare([gamma, variance!], pack, "foldNormalizationScale", n, n, epsilon);
  const { shape, size } = kernel!;
  const folded = program.prepare([kernel!, scale], pack, "foldNormalizationKernel", size, size / n, n);
  const sources = [bias ?? 0, beta, mean!, scale] as const;
  const foldedBias = program.prepare(sources, pack, "foldNormalizationBias", n, n);
  return [constant("kernel", shape, folded), constant("bias", [n], foldedBias)];
}

/** A prepared copy in the place of a weight; there is no gradient for it. */
function constant(name: string, shape: Shape, value: Region): Weight {
  return { name, shape, trainable: false, value, gradient: value, size: value.size };
}

/** Records layers one after the other, each as it is. */
export function recordInTurn(
  program: ProgramBuilder,
  layers: readonly { readonly layer: Layer; readonly weights: readonly Weight[] }[],
  inputs: readonly Region[],
): Recorded {
  return { outputs: layers.reduce((xs, { layer, weights }) => program.apply(layer, xs, weights), inputs) };
}
