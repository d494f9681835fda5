// gamma and beta, as normalisations have them: a factor and an offset that are learnt.

import { boolean, optional } from "../../base/options.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Initializer, Weight, WeightSpec } from "../../engine/program/weight.js";
import { Ones } from "../../initializers/ones.js";
import { initializer } from "../../initializers/option.js";
import { Zeros } from "../../initializers/zeros.js";

export const affineOptions = {
  /** Whether beta is added. Default true. */
  center: optional(boolean(), true),
  /** Whether gamma multiplies. Default true. */
  scale: optional(boolean(), true),
  /** Default "zeros". */
  betaInitializer: optional(initializer(), () => new Zeros()),
  /** Default "ones". */
  gammaInitializer: optional(initializer(), () => new Ones()),
};

interface AffineOptions {
  readonly center: boolean;
  readonly scale: boolean;
  readonly betaInitializer: Initializer;
  readonly gammaInitializer: Initializer;
}

/** gamma, then beta, as far as they are wanted. */
export function affineSpecs(options: AffineOptions, shape: Shape): readonly WeightSpec[] {
  const gamma = { name: "gamma", shape, initializer: options.gammaInitializer };
  const beta = { name: "beta", shape, initializer: options.betaInitializer };
  return [...(options.scale ? [gamma] : []), ...(options.center ? [beta] : [])];
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
export function affineOf(options: Pick<AffineOptions, "center" | "scale">, weights: readonly Weight[]): Affine {
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
