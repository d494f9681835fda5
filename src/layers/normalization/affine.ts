// gamma and beta, as normalisations have them: a factor and an offset that are learnt.

import { boolean, optional } from "../../base/options.js";
import { constraint } from "../../constraints/option.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight, WeightSpec } from "../../engine/program/weight.js";
import { Ones } from "../../initializers/ones.js";
import { initializer } from "../../initializers/option.js";
import { Zeros } from "../../initializers/zeros.js";
import { regularizer } from "../../regularizers/option.js";
import { type Kept, weightSpec } from "../base/weightOptions.js";

export const affineOptions = {
  /** Whether beta is added. Default true. */
  center: optional(boolean(), true),
  /** Whether gamma multiplies. Default true. */
  scale: optional(boolean(), true),
  /** Default "zeros". */
  betaInitializer: optional(initializer(), () => new Zeros()),
  /** Default "ones". */
  gammaInitializer: optional(initializer(), () => new Ones()),
  /** A penalty on beta, added to the loss. Default null: none. */
  betaRegularizer: optional(regularizer(), null),
  /** A penalty on gamma, added to the loss. Default null: none. */
  gammaRegularizer: optional(regularizer(), null),
  /** What beta is brought to after each step. Default null: nothing. */
  betaConstraint: optional(constraint(), null),
  /** What gamma is brought to after each step. Default null: nothing. */
  gammaConstraint: optional(constraint(), null),
};

interface Learnt {
  readonly center: boolean;
  readonly scale: boolean;
}

/** gamma, then beta, as far as they are wanted. */
export function affineSpecs(layer: Learnt & Kept<"gamma" | "beta">, shape: Shape): readonly WeightSpec[] {
  return [
    ...(layer.scale ? [weightSpec(layer, "gamma", shape)] : []),
    ...(layer.center ? [weightSpec(layer, "beta", shape)] : []),
  ];
}

/** gamma and beta as kernels take them, 0 being null, and where their gradients go, 0 where none is wanted. */
export interface Affine {
  readonly gamma: Weight | undefined;
  readonly beta: Weight | undefined;
  readonly values: readonly [gamma: Region | 0, beta: Region | 0];
  readonly gradients: readonly [gamma: Region | 0, beta: Region | 0];
  readonly trainable: boolean;
}

/** Of weights that begin with those of `affineSpecs`. */
export function affineOf(options: Learnt, weights: readonly Weight[]): Affine {
  const gamma = options.scale ? weights[0] : undefined;
  const beta = options.center ? weights[options.scale ? 1 : 0] : undefined;
  const gradient = (weight: Weight | undefined) => (weight?.trainable ? weight.gradient : 0);
  return {
    ...{ gamma, beta },
    values: [gamma?.value ?? 0, beta?.value ?? 0],
    gradients: [gradient(gamma), gradient(beta)],
    trainable: [gamma, beta].some((weight) => weight?.trainable),
  };
}
